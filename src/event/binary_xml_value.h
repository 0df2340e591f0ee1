#pragma once

// Typed values of Windows' binary XML → text, as evtx_dump writes them, which is what rules are written against.

#include <cstdint>
#include <optional>
#include <string_view>

#include "event/arena.h"
#include "event/event.h"

namespace tocsin::event {

/// [MS-EVEN6] 2.2.17, and the EVTX format documentation of libevtx, "Value types".
enum class BinaryXmlType : std::uint8_t {
  null = 0x00,
  string = 0x01,
  ansi_string = 0x02,
  int8 = 0x03,
  uint8 = 0x04,
  int16 = 0x05,
  uint16 = 0x06,
  int32 = 0x07,
  uint32 = 0x08,
  int64 = 0x09,
  uint64 = 0x0A,
  real32 = 0x0B,
  real64 = 0x0C,
  boolean = 0x0D,
  binary = 0x0E,
  guid = 0x0F,
  size = 0x10,
  filetime = 0x11,
  systemtime = 0x12,
  sid = 0x13,
  hex32 = 0x14,
  hex64 = 0x15,
  binary_xml = 0x21,
};
inline constexpr std::uint8_t kBinaryXmlArray = 0x80;  ///< this bit on a type: values of it one after another

/// One value as a token: numbers and booleans as such, everything else as text. Strings end at their first NUL; lone
/// surrogates become U+FFFD and are counted.
/// in:  type: no array and no binary XML
/// out: points into the arena; nullopt: the bytes are no value of this type, or nobody knows the type
std::optional<Token> read_binary_xml_value(BinaryXmlType type, std::string_view bytes, Arena& arena,
                                           std::uint64_t& lone_surrogates);

/// The bytes of the first value of an array of `type`, taken off `bytes`; nullopt when they don't hold a whole one.
std::optional<std::string_view> take_array_element(BinaryXmlType type, std::string_view& bytes);

/// "2021-03-01T10:05:03.123456Z" of 100 ns ticks since 1601; empty when the year is beyond 9999.
std::string_view print_filetime(std::uint64_t ticks, Arena& arena);

}  // namespace tocsin::event
