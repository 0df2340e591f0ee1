#pragma once

// What a detection item asks of a value: the small language between Sigma's modifiers and every evaluator.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "detect/pattern.h"
#include "event/event.h"

namespace tocsin::detect {

/// The value's text is the pattern, whole; letters compared after simple case folding unless `cased`.
struct StringTest {
  Pattern pattern;  ///< folded unless cased
  bool cased = false;
  bool operator==(const StringTest&) const = default;
};

/// A decimal number, compared by value: 5, 5.0 and 5e0 are equal; 64-bit integers are exact.
struct Number {
  double real = 0;
  std::int64_t integer = 0;
  bool is_integer = false;
};
/// The number that `text` spells in decimal notation (no hexadecimal, no spaces); nullopt for anything else.
std::optional<Number> parse_number(std::string_view text);
enum class Comparison : std::uint8_t { equal, less, less_equal, greater, greater_equal };
bool compare_numbers(const Number& left, Comparison comparison, const Number& right);

/// The value is a number, or a string that spells one, and compares so.
struct NumberTest {
  Comparison comparison = Comparison::equal;
  Number number;
};
/// The value is the boolean, or a string that spells it in any case.
struct BooleanTest {
  bool value = false;
};
/// The field is absent, or null.
struct NullTest {};
/// The field is there (with whatever value, null too), or is not.
struct ExistsTest {
  bool present = true;
};

/// A compiled regular expression, linear time (RE2). Cheap to copy. Thread-safe.
class Regex {
 public:
  struct Options {
    bool ignore_case = false;
    bool multi_line = false;  ///< ^ and $ at line ends
    bool dot_all = false;     ///< . matches a newline
  };
  /// errors: syntax; unsupported (look-around, back references and whatever else isn't regular, named)
  static Result<Regex> make(const std::string& pattern, Options options);
  /// True when it matches somewhere in `text`.
  bool matches(std::string_view text) const;
  /// The expression in RE2's syntax, its options as a flag group in front.
  const std::string& source() const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};
struct RegexTest {
  Regex regex;
};

/// An IPv4 or IPv6 network; IPv4 as ::ffff:0:0/96.
struct Network {
  std::array<std::uint8_t, 16> address{};
  std::uint8_t bits = 128;
};
/// "10.0.0.0/8", "2001:db8::/32", a bare address.     errors: syntax; invalid (host bits set)
Result<Network> parse_network(std::string_view text);
/// An address as a network of its own; a zone id (%eth0) and brackets are passed over; nullopt when it is none.
std::optional<std::array<std::uint8_t, 16>> parse_address(std::string_view text);
bool contains(const Network& network, const std::array<std::uint8_t, 16>& address);
struct CidrTest {
  Network network;
};

enum class TimePart : std::uint8_t { minute, hour, day, week, month, year };
/// A part of the value read as a timestamp compares so; the timestamp's own offset is kept, no conversion.
struct TimePartTest {
  TimePart part = TimePart::minute;
  Comparison comparison = Comparison::equal;
  std::int64_t number = 0;
};

/// The value is, contains, starts or ends with a value of another field of the event.
struct FieldRefTest {
  enum class Mode : std::uint8_t { equals, contains, startswith, endswith };
  std::string field;
  Mode mode = Mode::equals;
  bool cased = false;
  event::FieldId field_id = event::kUnnamedField;  ///< set when the rule is bound to a schema
};

/// Whether a value passes; null and empty arrays pass none of these.
/// in: kind: of the value's token; text: decoded
bool test_passes(const NumberTest& test, event::TokenKind kind, std::string_view text);
bool test_passes(const BooleanTest& test, event::TokenKind kind, std::string_view text);
bool test_passes(const CidrTest& test, std::string_view text);
bool test_passes(const TimePartTest& test, std::string_view text);

using Test = std::variant<StringTest, NumberTest, BooleanTest, NullTest, ExistsTest, RegexTest, CidrTest, TimePartTest,
                          FieldRefTest>;

}  // namespace tocsin::detect
