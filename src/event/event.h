#pragma once

// What happened: events in batches that own their bytes. A field of an event is a slot: an interned name and a view of
// the raw token as it stood in the log. Nothing is unescaped or copied until somebody looks (decode_token), and every
// matcher, the naive one and any fast one, reads through this one interface.

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "event/arena.h"

namespace tocsin::event {

/// A field name interned in a Schema. Equal ids of one schema mean equal names.
enum class FieldId : std::uint32_t {};
/// The name of a field that came after the schema's bound on names from logs; no rule can name it, keywords see it.
inline constexpr FieldId kUnnamedField{std::numeric_limits<std::uint32_t>::max()};

/// What a record is (product, categories, services and the field renames that go with it): a row of the Schema.
enum class LogSourceId : std::uint32_t {};

/// How a raw token is to be read.
enum class TokenKind : std::uint8_t {
  text,         ///< as it stands
  json_string,  ///< the inside of a JSON string, escapes in place
  log_string,   ///< a field of an access log: \" \\ \n \t \xhh escapes in place
  number,       ///< the digits of a JSON number
  boolean,      ///< true or false
  null,         ///< JSON null, or the '-' of an access log
  array,        ///< an empty array: the field is there and has no value. Arrays with elements become one slot each.
};

struct Token {
  TokenKind kind = TokenKind::null;
  std::string_view raw;
};

/// One value of one field. A field with several slots (an array, a repeated key) has several values.
struct Slot {
  FieldId field{};
  TokenKind kind = TokenKind::null;
  /// 0 for the field's own name; higher for names that stand in (a dotted path, a header field beside event data).
  /// Of a field's slots only those of the lowest rank are its values.
  std::uint8_t rank = 0;
  std::string_view raw;

  Token token() const { return {kind, raw}; }
};

/// How Event::time is written.
enum class TimeStyle : std::uint8_t { none, rfc3339, apache };

/// Views point into the batch.
struct Event {
  std::uint64_t line = 0;                      ///< of the record's first byte, from 1; 0 in formats without lines
  std::uint64_t offset = 0;                    ///< of the record's first byte in the decompressed file
  std::optional<std::uint64_t> record_number;  ///< where the format counts its records (EVTX)
  /// The record's text as read. Of a binary record nothing, and where it could not be parsed the text found in it.
  std::string_view record;
  LogSourceId log_source{};  ///< 0: unknown
  Token time;
  TimeStyle time_style = TimeStyle::none;
  Token host;
  std::span<const Slot> slots;  ///< in the order of the record
  /// The record is JSON, every slot's token stands in it, and no string in it has a \uXXXX or a letter outside ASCII
  /// that folds to one inside: the ASCII of a value stands in the record as it is, in whatever case, but for quotation
  /// marks, slashes, backslashes and control characters.
  bool is_plain = false;
  /// Why the record is no event of a known format, or null: it is kept as text, for keywords. Static storage.
  const char* unparsed = nullptr;
};

/// Events of one file, with the bytes that they point into. Move only. Thread-compatible.
struct EventBatch {
  std::string path;  ///< as given
  std::vector<Event> events;
  std::vector<Slot> slots;  ///< of all events; Event::slots point in here
  std::vector<PaddedBytes> bytes;
  Arena arena;
};

/// The token's text, unescaped. Ill-formed escapes stay as they stand; lone surrogates become U+FFFD.
/// in:  scratch: overwritten when the text isn't literally in the token
/// out: points into the token's bytes or into scratch
std::string_view decode_token(Token token, std::string& scratch);

/// The event's time as an instant, with the text as it stood; nullopt when it has none or none that can be read.
std::optional<Timestamp> event_time(const Event& event);

}  // namespace tocsin::event
