#include "detect/tests.h"

#include <charconv>
#include <chrono>
#include <cmath>

#include "base/time.h"
#include "base/unicode.h"

namespace tocsin::detect {

std::optional<Number> parse_number(std::string_view text) {
  const std::size_t digits = text.starts_with('-') ? 1 : 0;
  if (digits >= text.size() || !is_ascii_digit(text[digits])) return std::nullopt;  // no "inf", "nan", "0x" or ".5"
  Number out;
  const char* end = text.data() + text.size();
  const auto whole = std::from_chars(text.data(), end, out.integer);
  if (whole.ec == std::errc() && whole.ptr == end) {
    out.is_integer = true;
    out.real = static_cast<double>(out.integer);
    return out;
  }
  const auto real = std::from_chars(text.data(), end, out.real);
  if (real.ec != std::errc() || real.ptr != end) return std::nullopt;
  constexpr double kExact = 9007199254740992.0;  // 2^53: doubles below hold every integer
  if (std::floor(out.real) == out.real && std::abs(out.real) < kExact) {
    out.is_integer = true;
    out.integer = static_cast<std::int64_t>(out.real);
  }
  return out;
}

bool compare_numbers(const Number& left, Comparison comparison, const Number& right) {
  const bool integers = left.is_integer && right.is_integer;
  const bool less = integers ? left.integer < right.integer : left.real < right.real;
  const bool equal = integers ? left.integer == right.integer : left.real == right.real;
  switch (comparison) {
    case Comparison::equal:
      return equal;
    case Comparison::less:
      return less;
    case Comparison::less_equal:
      return less || equal;
    case Comparison::greater:
      return !less && !equal;
    case Comparison::greater_equal:
      return !less;
  }
  return false;
}

namespace {

/// The part of a timestamp as it is written, without conversion.
std::optional<std::int64_t> time_part(TimePart part, std::string_view text) {
  if (!parse_rfc3339(text) && !parse_rfc3339(std::string(text) + "Z")) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t digits) {
    return parse_number(text.substr(at, digits)).value_or(Number{}).integer;
  };
  switch (part) {
    case TimePart::minute:
      return number(14, 2);
    case TimePart::hour:
      return number(11, 2);
    case TimePart::day:
      return number(8, 2);
    case TimePart::month:
      return number(5, 2);
    case TimePart::year:
      return number(0, 4);
    case TimePart::week:
      break;
  }
  // ISO 8601: the week that holds the day's Thursday, counted in that Thursday's year.
  using namespace std::chrono;
  const sys_days date =
      year(static_cast<int>(number(0, 4))) / static_cast<int>(number(5, 2)) / static_cast<int>(number(8, 2));
  const sys_days thursday = date + days(4 - static_cast<int>(weekday(date).iso_encoding()));
  const sys_days new_year = year_month_day(thursday).year() / January / 1;
  return (thursday - new_year).count() / 7 + 1;
}

}  // namespace

bool test_passes(const NumberTest& test, event::TokenKind kind, std::string_view text) {
  if (kind == event::TokenKind::boolean) return false;
  const auto number = parse_number(text);
  return number && compare_numbers(*number, test.comparison, test.number);
}

bool test_passes(const BooleanTest& test, event::TokenKind kind, std::string_view text) {
  return kind != event::TokenKind::number && equals_ascii_case_insensitive(text, test.value ? "true" : "false");
}

bool test_passes(const CidrTest& test, std::string_view text) {
  const auto address = parse_address(text);
  return address && contains(test.network, *address);
}

bool test_passes(const TimePartTest& test, std::string_view text) {
  const auto part = time_part(test.part, text);
  if (!part) return false;
  return compare_numbers({.real = static_cast<double>(*part), .integer = *part, .is_integer = true}, test.comparison,
                         {.real = static_cast<double>(test.number), .integer = test.number, .is_integer = true});
}

}  // namespace tocsin::detect
