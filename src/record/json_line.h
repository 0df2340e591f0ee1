#pragma once

// Writes one JSON object member by member, straight into the line: matches come by the hundred thousand, so no tree is
// built. Private to this room.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace tocsin::record {

/// An object that is being written at the end of a string; closed by its destructor. The string must outlive it and
/// may be written by nobody else meanwhile, but by the functions handed to object() and list().
/// One thread.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;
  ~ObjectWriter() { out_ += '}'; }

  /// Text that is known, be it empty. Invalid UTF-8 becomes U+FFFD.
  void text(std::string_view key, std::string_view value) {
    begin(key);
    json::print_string_to(out_, value);
  }
  /// Empty means unknown: the key of OUTPUT.md stays, with null.
  void text_or_null(std::string_view key, std::string_view value) { value.empty() ? null(key) : text(key, value); }
  /// Empty means unknown or not applicable: no key.
  void text_if_any(std::string_view key, std::string_view value) {
    if (!value.empty()) text(key, value);
  }
  /// JSON as it is: the digits of a number, or a literal.
  void digits(std::string_view key, std::string_view number) {
    begin(key);
    out_ += number;
  }
  void number(std::string_view key, std::unsigned_integral auto value) { digits(key, std::to_string(value)); }
  /// 0 means unknown.
  void number_or_null(std::string_view key, std::unsigned_integral auto value) {
    value == 0 ? null(key) : number(key, value);
  }
  /// Shortest digits; null where the value is not finite.
  void real(std::string_view key, double value);
  void boolean(std::string_view key, bool value) { digits(key, value ? "true" : "false"); }
  void null(std::string_view key) { digits(key, "null"); }

  /// A member that `print(std::string& out)` appends.
  template <typename Print>
  void value(std::string_view key, Print&& print) {
    begin(key);
    std::forward<Print>(print)(out_);
  }
  /// An object whose members `fill(ObjectWriter&)` writes.
  template <typename Fill>
  void object(std::string_view key, Fill&& fill) {
    begin(key);
    ObjectWriter inner(out_);
    std::forward<Fill>(fill)(inner);
  }
  /// As object(); null without a value. `fill(ObjectWriter&, const T&)`.
  template <typename T, typename Fill>
  void object_or_null(std::string_view key, const std::optional<T>& value, Fill&& fill) {
    if (!value) {
      null(key);
      return;
    }
    begin(key);
    ObjectWriter inner(out_);
    std::forward<Fill>(fill)(inner, *value);
  }
  /// A list; `print(std::string& out, const Item&)` appends one item.
  template <typename Item, typename Print>
  void list(std::string_view key, const std::vector<Item>& items, Print&& print) {
    begin(key);
    out_ += '[';
    bool first = true;
    for (const Item& item : items) {
      if (!std::exchange(first, false)) out_ += ',';
      print(out_, item);
    }
    out_ += ']';
  }
  void texts(std::string_view key, const std::vector<std::string>& items) {
    list(key, items, [](std::string& out, const std::string& item) { json::print_string_to(out, item); });
  }
  /// An object of texts in their order; a name that comes with several values gets a list of them.
  void named_texts(std::string_view key, const std::vector<std::pair<std::string, std::string>>& items);

 private:
  void begin(std::string_view key) {
    if (!std::exchange(first_, false)) out_ += ',';
    json::print_string_to(out_, key);
    out_ += ':';
  }

  std::string& out_;
  bool first_ = true;
};

/// One record: `fill(ObjectWriter&)` writes its members.
template <typename Fill>
std::string print_object(Fill&& fill) {
  std::string out;
  {
    ObjectWriter object(out);
    std::forward<Fill>(fill)(object);
  }
  return out;
}

}  // namespace tocsin::record
