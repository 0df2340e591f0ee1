#include "detect/tests.h"

#include <charconv>
#include <cmath>

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

}  // namespace tocsin::detect
