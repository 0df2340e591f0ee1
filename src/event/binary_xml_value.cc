#include "event/binary_xml_value.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>
#include <bit>
#include <charconv>
#include <chrono>
#include <cstring>

#include "event/utf16.h"

namespace tocsin::event {

namespace {

static_assert(std::endian::native == std::endian::little, "values are read as they lie in the file");

template <typename T>
T load(std::string_view bytes, std::size_t at = 0) {
  T out;
  std::memcpy(&out, bytes.data() + at, sizeof(T));
  return out;
}

template <typename T>
std::optional<Token> number(std::string_view bytes, Arena& arena) {
  if (bytes.size() != sizeof(T)) return std::nullopt;
  constexpr std::size_t kRoom = 32;
  char* begin = arena.reserve(kRoom);
  const auto value = load<T>(bytes);
  char* end = nullptr;
  if constexpr (std::is_floating_point_v<T>) {
    end = fmt::format_to(begin, FMT_COMPILE("{}"), value);
  } else if constexpr (sizeof(T) == 1) {
    end = std::to_chars(begin, begin + kRoom, static_cast<int>(value)).ptr;
  } else {
    end = std::to_chars(begin, begin + kRoom, value).ptr;
  }
  return Token{std::is_floating_point_v<T> ? TokenKind::text : TokenKind::number,
               arena.commit(static_cast<std::size_t>(end - begin))};
}

template <typename T>
std::optional<Token> hexadecimal(std::string_view bytes, Arena& arena) {
  if (bytes.size() != sizeof(T)) return std::nullopt;
  char* begin = arena.reserve(2 + 2 * sizeof(T));
  begin[0] = '0';
  begin[1] = 'x';
  const auto [end, error] = std::to_chars(begin + 2, begin + 2 + 2 * sizeof(T), load<T>(bytes), 16);
  return Token{TokenKind::text, arena.commit(static_cast<std::size_t>(end - begin))};
}

constexpr char kDigits[] = "0123456789ABCDEF";

char* put_byte(char* out, unsigned char byte) {
  *out++ = kDigits[byte >> 4];
  *out++ = kDigits[byte & 0xF];
  return out;
}

Token binary(std::string_view bytes, Arena& arena) {
  char* begin = arena.reserve(2 * bytes.size());
  char* out = begin;
  for (const char byte : bytes) out = put_byte(out, static_cast<unsigned char>(byte));
  return {TokenKind::text, arena.commit(static_cast<std::size_t>(out - begin))};
}

std::optional<Token> guid(std::string_view bytes, Arena& arena) {
  if (bytes.size() != 16) return std::nullopt;
  constexpr std::array<unsigned char, 16> kOrder = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  char* out = arena.reserve(36);
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
    out = put_byte(out, static_cast<unsigned char>(bytes[kOrder[i]]));
  }
  return Token{TokenKind::text, arena.commit(36)};
}

/// [MS-DTYP] 2.4.2.1: S-revision-authority-subauthorities.
std::optional<Token> sid(std::string_view bytes, Arena& arena) {
  constexpr std::size_t kHeader = 8;
  constexpr std::size_t kMaxParts = 15;
  if (bytes.size() < kHeader) return std::nullopt;
  const std::size_t parts = static_cast<unsigned char>(bytes[1]);
  if (parts > kMaxParts || bytes.size() < kHeader + 4 * parts) return std::nullopt;
  std::uint64_t authority = 0;
  for (std::size_t i = 2; i < kHeader; ++i) authority = authority << 8 | static_cast<unsigned char>(bytes[i]);
  char* begin = arena.reserve(32 + 11 * parts);
  char* end = fmt::format_to(begin, FMT_COMPILE("S-{}-{}"), static_cast<unsigned char>(bytes[0]), authority);
  for (std::size_t i = 0; i < parts; ++i) {
    *end++ = '-';
    end = std::to_chars(end, end + 10, load<std::uint32_t>(bytes, kHeader + 4 * i)).ptr;
  }
  return Token{TokenKind::text, arena.commit(static_cast<std::size_t>(end - begin))};
}

char* put_number(char* out, unsigned value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
  return out + digits;
}

std::string_view print_time(unsigned year, unsigned month, unsigned day, std::uint64_t microseconds, Arena& arena) {
  char* begin = arena.reserve(27);
  char* out = put_number(begin, year, 4);
  *out++ = '-';
  out = put_number(out, month, 2);
  *out++ = '-';
  out = put_number(out, day, 2);
  *out++ = 'T';
  const auto seconds = static_cast<unsigned>(microseconds / 1'000'000);
  out = put_number(out, seconds / 3600, 2);
  *out++ = ':';
  out = put_number(out, seconds / 60 % 60, 2);
  *out++ = ':';
  out = put_number(out, seconds % 60, 2);
  *out++ = '.';
  out = put_number(out, static_cast<unsigned>(microseconds % 1'000'000), 6);
  *out++ = 'Z';
  return arena.commit(static_cast<std::size_t>(out - begin));
}

/// SYSTEMTIME: year, month, day of the week, day, hour, minute, second, millisecond as 16-bit numbers.
std::optional<Token> system_time(std::string_view bytes, Arena& arena) {
  if (bytes.size() != 16) return std::nullopt;
  const auto part = [&](std::size_t index) -> unsigned { return load<std::uint16_t>(bytes, 2 * index); };
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(part(0))), std::chrono::month(part(1)),
                                         std::chrono::day(part(3)));
  if (!date.ok() || part(0) > 9999 || part(4) > 23 || part(5) > 59 || part(6) > 59 || part(7) > 999)
    return std::nullopt;
  const std::uint64_t micros = ((part(4) * 60 + part(5)) * 60ULL + part(6)) * 1'000'000 + part(7) * 1'000ULL;
  return Token{TokenKind::text, print_time(part(0), part(1), part(3), micros, arena)};
}

std::string_view until_nul(std::string_view utf16) {
  for (std::size_t at = 0; at + 1 < utf16.size(); at += 2) {
    if (utf16[at] == 0 && utf16[at + 1] == 0) return utf16.substr(0, at);
  }
  return utf16;
}

/// Windows-1252, the code page of most of the machines that write such strings.
Token ansi_string(std::string_view bytes, Arena& arena) {
  constexpr std::array<std::uint16_t, 32> kUpper = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                                    0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  bytes = bytes.substr(0, bytes.find('\0'));
  char* begin = arena.reserve(3 * bytes.size());
  char* out = begin;
  for (const char c : bytes) {
    unsigned code_point = static_cast<unsigned char>(c);
    if (code_point >= 0x80 && code_point < 0xA0) code_point = kUpper[code_point - 0x80];
    if (code_point < 0x80) {
      *out++ = static_cast<char>(code_point);
    } else if (code_point < 0x800) {
      *out++ = static_cast<char>(0xC0 | (code_point >> 6));
      *out++ = static_cast<char>(0x80 | (code_point & 0x3F));
    } else {
      *out++ = static_cast<char>(0xE0 | (code_point >> 12));
      *out++ = static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
      *out++ = static_cast<char>(0x80 | (code_point & 0x3F));
    }
  }
  return {TokenKind::text, arena.commit(static_cast<std::size_t>(out - begin))};
}

}  // namespace

std::string_view print_filetime(std::uint64_t ticks, Arena& arena) {
  constexpr std::uint64_t kTicksADay = 864'000'000'000;
  constexpr std::int64_t kDaysFrom1601To1970 = 134'774;
  const auto day = static_cast<std::int64_t>(ticks / kTicksADay) - kDaysFrom1601To1970;
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  const int year = static_cast<int>(date.year());
  if (ticks / kTicksADay > 3'100'000 || year > 9999) return {};
  return print_time(static_cast<unsigned>(year), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    ticks % kTicksADay / 10, arena);
}

std::optional<Token> read_binary_xml_value(BinaryXmlType type, std::string_view bytes, Arena& arena,
                                           std::uint64_t& lone_surrogates) {
  switch (type) {
    case BinaryXmlType::null:
      return Token{TokenKind::null, {}};
    case BinaryXmlType::string:
      return Token{TokenKind::text, utf16le_to_utf8(bytes, arena, lone_surrogates)};
    case BinaryXmlType::ansi_string:
      return ansi_string(bytes, arena);
    case BinaryXmlType::int8:
      return number<std::int8_t>(bytes, arena);
    case BinaryXmlType::uint8:
      return number<std::uint8_t>(bytes, arena);
    case BinaryXmlType::int16:
      return number<std::int16_t>(bytes, arena);
    case BinaryXmlType::uint16:
      return number<std::uint16_t>(bytes, arena);
    case BinaryXmlType::int32:
      return number<std::int32_t>(bytes, arena);
    case BinaryXmlType::uint32:
      return number<std::uint32_t>(bytes, arena);
    case BinaryXmlType::int64:
      return number<std::int64_t>(bytes, arena);
    case BinaryXmlType::uint64:
      return number<std::uint64_t>(bytes, arena);
    case BinaryXmlType::real32:
      return number<float>(bytes, arena);
    case BinaryXmlType::real64:
      return number<double>(bytes, arena);
    case BinaryXmlType::boolean:
      if (bytes.size() != 4) return std::nullopt;
      return Token{TokenKind::boolean, load<std::uint32_t>(bytes) != 0 ? "true" : "false"};
    case BinaryXmlType::binary:
      return binary(bytes, arena);
    case BinaryXmlType::guid:
      return guid(bytes, arena);
    case BinaryXmlType::size:
      return bytes.size() == 4 ? hexadecimal<std::uint32_t>(bytes, arena) : hexadecimal<std::uint64_t>(bytes, arena);
    case BinaryXmlType::filetime:
      if (bytes.size() != 8) return std::nullopt;
      return Token{TokenKind::text, print_filetime(load<std::uint64_t>(bytes), arena)};
    case BinaryXmlType::systemtime:
      return system_time(bytes, arena);
    case BinaryXmlType::sid:
      return sid(bytes, arena);
    case BinaryXmlType::hex32:
      return hexadecimal<std::uint32_t>(bytes, arena);
    case BinaryXmlType::hex64:
      return hexadecimal<std::uint64_t>(bytes, arena);
    case BinaryXmlType::binary_xml:
      break;
  }
  return std::nullopt;
}

std::optional<std::string_view> take_array_element(BinaryXmlType type, std::string_view& bytes) {
  std::size_t size = 0;
  std::size_t separator = 0;
  switch (type) {
    case BinaryXmlType::string:
      size = until_nul(bytes).size();
      separator = size < bytes.size() ? 2 : 0;
      break;
    case BinaryXmlType::ansi_string:
      size = std::min(bytes.find('\0'), bytes.size());
      separator = size < bytes.size() ? 1 : 0;
      break;
    case BinaryXmlType::int8:
    case BinaryXmlType::uint8:
      size = 1;
      break;
    case BinaryXmlType::int16:
    case BinaryXmlType::uint16:
      size = 2;
      break;
    case BinaryXmlType::int32:
    case BinaryXmlType::uint32:
    case BinaryXmlType::real32:
    case BinaryXmlType::boolean:
    case BinaryXmlType::hex32:
      size = 4;
      break;
    case BinaryXmlType::int64:
    case BinaryXmlType::uint64:
    case BinaryXmlType::real64:
    case BinaryXmlType::filetime:
    case BinaryXmlType::hex64:
    case BinaryXmlType::size:
      size = 8;
      break;
    case BinaryXmlType::guid:
    case BinaryXmlType::systemtime:
      size = 16;
      break;
    case BinaryXmlType::sid:
      size = bytes.size() < 2 ? bytes.size() + 1 : 8 + 4 * std::size_t{static_cast<unsigned char>(bytes[1])};
      break;
    case BinaryXmlType::null:
    case BinaryXmlType::binary:
    case BinaryXmlType::binary_xml:
      return std::nullopt;
  }
  if (size + separator > bytes.size() || size + separator == 0) return std::nullopt;
  const std::string_view out = bytes.substr(0, size);
  bytes.remove_prefix(size + separator);
  return out;
}

}  // namespace tocsin::event
