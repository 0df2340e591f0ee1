#pragma once

// One comparison of a STIX pattern, compiled: what `[path operator constant]` asks of a single value (part 9, §9.6).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "detect/pattern.h"
#include "detect/tests.h"
#include "stix/pattern.h"

namespace tocsin::detect {

/// A value that an object path selects, as the pattern language types it (§9.2). Views are borrowed.
struct StixValue {
  enum class Kind : std::uint8_t {
    string,
    number,
    boolean,
    binary,  ///< `text` holds the bytes
    other,   ///< a list, an object or null: it is there, and differs from every constant
  };
  Kind kind = Kind::other;
  std::string_view text;  ///< of a string, and bytes
  Number number;
  bool boolean = false;

  static StixValue of_string(std::string_view text) { return {Kind::string, text, {}, false}; }
  static StixValue of_bytes(std::string_view bytes) { return {Kind::binary, bytes, {}, false}; }
  static StixValue of_number(Number number) { return {Kind::number, {}, number, false}; }
  static StixValue of_boolean(bool value) { return {Kind::boolean, {}, {}, value}; }
};

/// The value as people read it; bytes in hexadecimal.
std::string print_value(const StixValue& value);

/// Values of other types never equal a constant (so != holds for them); in an order with one, no comparison holds,
/// negated or not (§9.6.1). Strings compare by code point, after NFC for LIKE and MATCHES; digests (`hashes` in the
/// path) in lower case, as they are numbers that two sources write differently. Thread-safe.
class StixTest {
 public:
  /// errors: syntax (the regular expression is none; no network), unsupported (it is not regular, named)
  static Result<StixTest> make(const stix::pattern::Comparison& comparison);

  /// True when `value` passes, NOT included. EXISTS passes for every value.
  bool passes(const StixValue& value) const;

  /// "=", "NOT LIKE", "EXISTS"…, and the constants as written, for Match::why.
  const std::string& name() const { return name_; }
  const std::string& constant_text() const { return constant_text_; }
  /// The strings of which the value must be one, when that is all the test asks (= and IN); none otherwise.
  std::vector<std::string_view> required_strings() const;

 private:
  enum class Order : std::int8_t { less = -1, equal = 0, greater = 1, none = 2 };
  bool equals_any(const StixValue& value) const;
  static Order order(const StixValue& value, const stix::pattern::Constant& constant);

  stix::pattern::Comparator comparator_ = stix::pattern::Comparator::equal;
  bool negated_ = false;
  bool is_digest_ = false;
  std::vector<stix::pattern::Constant> constants_;
  Pattern like_;
  std::vector<Regex> regex_;      ///< one, of MATCHES
  std::vector<Network> network_;  ///< one, of ISSUBSET and ISSUPERSET
  std::string name_;
  std::string constant_text_;
};

}  // namespace tocsin::detect
