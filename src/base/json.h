#pragma once

// JSON in and out: an owning tree that forgets nothing (order, duplicate keys, the digits of numbers, where each value
// stood), a deterministic printer, and RFC 8785 canonical form. For hot paths over logs see base/json_walk.h.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace tocsin {
class PaddedBytes;
}

namespace tocsin::json {

struct Member;
class Value;
using Array = std::vector<Value>;
using Object = std::vector<Member>;  ///< in the order of the source; keys may repeat (see find_duplicate_key)

/// The digits of a number as they stood in the source, e.g. "1.50" or "1e3".
struct Number {
  std::string digits;
  bool operator==(const Number&) const = default;
};

/// One JSON value. Plain value; copying copies the tree. Depth is bounded by the parser (ParseOptions::max_depth).
class Value {
 public:
  Value();                        // null
  Value(std::nullptr_t);          // NOLINT(google-explicit-constructor)
  Value(bool value);              // NOLINT(google-explicit-constructor)
  Value(std::string value);       // NOLINT(google-explicit-constructor)
  Value(std::string_view value);  // NOLINT(google-explicit-constructor)
  Value(const char* value);       // NOLINT(google-explicit-constructor)
  Value(Number value);            // NOLINT(google-explicit-constructor)
  Value(Array value);             // NOLINT(google-explicit-constructor)
  Value(Object value);            // NOLINT(google-explicit-constructor)
  static Value integer(std::int64_t value);
  static Value unsigned_integer(std::uint64_t value);
  /// Shortest digits that read back as the same double (ECMAScript form). `value` must be finite.
  static Value real(double value);

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  // Each returns nullptr when the value is of another kind; the pointer dies with the value.
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const std::string* string() const { return std::get_if<std::string>(&data_); }
  const Number* number() const { return std::get_if<Number>(&data_); }
  const Array* array() const { return std::get_if<Array>(&data_); }
  const Object* object() const { return std::get_if<Object>(&data_); }
  std::string* string() { return std::get_if<std::string>(&data_); }
  Array* array() { return std::get_if<Array>(&data_); }
  Object* object() { return std::get_if<Object>(&data_); }

  /// The integer, if this is a number without fraction or exponent that fits.
  std::optional<std::int64_t> as_int64() const;
  std::optional<double> as_double() const;

  /// The member's value, or nullptr when this is no object or has no such key. Of repeated keys, the last.
  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
  /// Shorthand: the member when it is a string.
  const std::string* find_string(std::string_view key) const;
  /// Sets or replaces a member; turns null into an object first. The value must be null or an object.
  void set(std::string key, Value value);
  /// Removes every member of that key; true when there was one.
  bool erase(std::string_view key);

  /// "null", "boolean", "number", "string", "array" or "object".
  std::string_view kind_name() const;

  /// Byte offset of the value in the text that it was parsed from; 0 for values that were built.
  std::uint64_t offset() const { return offset_; }
  void set_offset(std::uint64_t offset) { offset_ = offset; }

  /// Equal as trees, offsets apart; members in the same order, numbers by digits.
  bool operator==(const Value& other) const;

 private:
  std::variant<std::monostate, bool, Number, std::string, Array, Object> data_;
  std::uint64_t offset_ = 0;
};

struct Member {
  std::string key;
  Value value;
  std::uint64_t key_offset = 0;
  bool operator==(const Member& other) const { return key == other.key && value == other.value; }
};

// Here, because the variant's destructor needs Member whole.
inline Value::Value() = default;
inline Value::Value(std::nullptr_t) {}
inline Value::Value(bool value) : data_(value) {}
inline Value::Value(std::string value) : data_(std::move(value)) {}
inline Value::Value(std::string_view value) : data_(std::string(value)) {}
inline Value::Value(const char* value) : data_(std::string(value)) {}
inline Value::Value(Number value) : data_(std::move(value)) {}
inline Value::Value(Array value) : data_(std::move(value)) {}
inline Value::Value(Object value) : data_(std::move(value)) {}

struct ParseOptions {
  std::string source;  ///< for Error::where
  std::uint32_t max_depth = 256;
  /// Of memory for the tree, which takes up to 24 bytes a byte of text; of 33 MB of ATT&CK it takes about 90 MB.
  std::uint64_t max_tree_bytes = std::uint64_t{256} << 20;
};

/// One JSON text. Strict: UTF-8 checked, nothing may follow.
/// errors: syntax (what was expected and found; where = offset, line, column; pointer), limit_exceeded (depth, memory)
/// cost:   O(text); beside the tree, 4 bytes for each bracket, comma, colon and value
Result<Value> parse(const PaddedBytes& text, const ParseOptions& options = {});
/// As above, and copies the text for its padding.
Result<Value> parse(std::string_view text, const ParseOptions& options = {});

/// Compact, members in their order, numbers with their digits, only what must be escaped is escaped.
std::string print(const Value& value);
void print_to(std::string& out, const Value& value);
/// Indented by two spaces, for people and for files that are diffed.
std::string print_pretty(const Value& value);
/// RFC 8785 (JCS): members sorted by UTF-16 code units, numbers in ECMAScript form.     errors: invalid (repeated key)
Result<std::string> print_canonical(const Value& value);
/// Appends `text` as a JSON string with quotes. Invalid UTF-8 becomes U+FFFD.
void print_string_to(std::string& out, std::string_view text);

/// RFC 6901.
std::string pointer_append(std::string_view pointer, std::string_view key);
std::string pointer_append(std::string_view pointer, std::size_t index);
const Value* resolve_pointer(const Value& root, std::string_view pointer);

}  // namespace tocsin::json
