#include "base/json.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/bytes.h"
#include "base/json_fault.h"
#include "base/unicode.h"

namespace tocsin::json {

namespace {

namespace ondemand = simdjson::ondemand;

/// RFC 8259 §6: simdjson's own numeric getters refuse what a double or 64 bits cannot hold; we keep digits instead.
bool is_number_text(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t begin = i;
    while (i < text.size() && is_ascii_digit(text[i])) ++i;
    return i - begin;
  };
  if (i < text.size() && text[i] == '-') ++i;
  if (i < text.size() && text[i] == '0') {
    ++i;
  } else if (digits() == 0) {
    return false;
  }
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

constexpr std::string_view kJsonSpace = " \t\r\n";

std::string_view trim_json_space(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kJsonSpace) + 1);
}

/// Walks one document in order. Recursion is bounded by max_depth.
class TreeBuilder {
 public:
  TreeBuilder(const PaddedBytes& text, const ParseOptions& options) : text_(text.view()), options_(options) {}

  Result<Value> build() {
    std::string_view body = text_;
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    const std::size_t begin = body.find_first_not_of(kJsonSpace);
    if (begin == std::string_view::npos) return not_json();
    ondemand::parser parser;
    ondemand::document document;
    if (auto error = parser.iterate(body.data(), body.size(), body.size() + simdjson::SIMDJSON_PADDING).get(document)) {
      return failure_of(error);
    }
    // A scalar at the root is all there is: simdjson would leave what follows it to us anyway.
    const std::string_view content = trim_json_space(body.substr(begin));
    const bool is_scalar = content.front() != '{' && content.front() != '[' && content.front() != '"';
    auto value = is_scalar ? build_scalar(content) : build_value(document, 0);
    if (!value) return value;
    if (is_scalar) value->set_offset(offset_of(content.data()));
    const char* rest = nullptr;
    if (!is_scalar && document.current_location().get(rest) == simdjson::SUCCESS) return not_json();
    return value;
  }

 private:
  std::uint64_t offset_of(const char* at) const { return static_cast<std::uint64_t>(at - text_.data()); }

  /// simdjson says neither exactly where nor what it missed.
  std::unexpected<Error> not_json() const {
    auto fault = find_fault(text_, options_.max_depth);
    if (!fault) return fail(ErrorCode::internal, "a JSON text was refused without a reason", {options_.source});
    return std::unexpected(Error{.code = fault->code,
                                 .message = std::move(fault->message),
                                 .where = locate(text_, fault->offset, options_.source),
                                 .hint = std::move(fault->hint),
                                 .pointer = std::move(fault->pointer)});
  }

  std::unexpected<Error> failure_of(simdjson::error_code error) const {
    if (error == simdjson::CAPACITY) return fail(ErrorCode::limit_exceeded, "larger than 4 GiB", {options_.source});
    if (error == simdjson::MEMALLOC) {
      return fail(ErrorCode::limit_exceeded, "not enough memory to parse", {options_.source});
    }
    return not_json();
  }

  template <typename Source>
  Result<Value> build_value(Source& source, std::uint32_t depth) {
    std::string_view token;
    if constexpr (std::is_same_v<Source, ondemand::document>) {
      if (auto error = source.raw_json_token().get(token)) return failure_of(error);
    } else {
      token = source.raw_json_token();
    }
    const std::uint64_t offset = offset_of(token.data());
    const char first = token.empty() ? '\0' : token.front();
    if ((first == '{' || first == '[') && depth >= options_.max_depth) return not_json();
    auto value = first == '{'   ? build_object(source, depth)
                 : first == '[' ? build_array(source, depth)
                 : first == '"' ? build_string(source, offset)
                                : build_scalar(trim_json_space(token));
    if (value) value->set_offset(offset);
    return value;
  }

  template <typename Source>
  Result<Value> build_object(Source& source, std::uint32_t depth) {
    ondemand::object object;
    if (auto error = source.get_object().get(object)) return failure_of(error);
    Object members;
    for (auto field_result : object) {
      ondemand::field field;
      if (auto error = std::move(field_result).get(field)) return failure_of(error);
      const std::uint64_t offset = offset_of(field.key().raw() - 1);
      std::string_view key;
      if (auto error = field.unescaped_key().get(key)) return failure_of(error);
      TRY_VOID(make_room(members, offset));
      TRY_VOID(charge_text(key, offset));
      Member& member = members.emplace_back(Member{std::string(key), Value(), offset});
      TRY(member.value, build_value(field.value(), depth + 1));
    }
    return Value(std::move(members));
  }

  template <typename Source>
  Result<Value> build_array(Source& source, std::uint32_t depth) {
    ondemand::array array;
    if (auto error = source.get_array().get(array)) return failure_of(error);
    Array items;
    for (auto item_result : array) {
      ondemand::value item;
      if (auto error = std::move(item_result).get(item)) return failure_of(error);
      auto value = build_value(item, depth + 1);
      if (!value) return value;
      TRY_VOID(make_room(items, value->offset()));
      items.push_back(*std::move(value));
    }
    return Value(std::move(items));
  }

  template <typename Source>
  Result<Value> build_string(Source& source, std::uint64_t offset) {
    std::string_view text;
    if (auto error = source.get_string().get(text)) return failure_of(error);
    TRY_VOID(charge_text(text, offset));
    return Value(text);
  }

  Result<Value> build_scalar(std::string_view token) {
    if (token == "true") return Value(true);
    if (token == "false") return Value(false);
    if (token == "null") return Value(nullptr);
    if (!is_number_text(token)) return not_json();
    TRY_VOID(charge_text(token, offset_of(token.data())));
    return Value(Number{std::string(token)});
  }

  /// Grows as the vector would, and counts what it holds while both its old and its new storage are there.
  template <typename T>
  Status make_room(std::vector<T>& items, std::uint64_t offset) {
    if (items.size() < items.capacity()) return {};
    const std::size_t held = items.capacity();
    const std::size_t wanted = std::max<std::size_t>(1, held * 2);
    TRY_VOID(charge(wanted * sizeof(T), offset));
    items.reserve(wanted);
    tree_bytes_ -= held * sizeof(T);
    return {};
  }

  /// Short texts live in their value.
  Status charge_text(std::string_view text, std::uint64_t offset) {
    static const std::size_t in_place = std::string().capacity();
    return text.size() <= in_place ? Status() : charge(text.size() + 1, offset);
  }

  Status charge(std::uint64_t bytes, std::uint64_t offset) {
    tree_bytes_ += bytes;
    if (tree_bytes_ <= options_.max_tree_bytes) return {};
    return fail(
        ErrorCode::limit_exceeded,
        fmt::format("too many values: the tree takes more than {} MiB of memory", options_.max_tree_bytes >> 20),
        locate(text_, offset, options_.source), "split the file");
  }

  std::string_view text_;
  const ParseOptions& options_;
  std::uint64_t tree_bytes_ = 0;
};

}  // namespace

Value Value::integer(std::int64_t value) { return Number{fmt::format("{}", value)}; }

Value Value::unsigned_integer(std::uint64_t value) { return Number{fmt::format("{}", value)}; }

std::optional<std::int64_t> Value::as_int64() const {
  const Number* digits = number();
  if (digits == nullptr) return std::nullopt;
  std::int64_t out = 0;
  const char* end = digits->digits.data() + digits->digits.size();
  const auto [at, error] = std::from_chars(digits->digits.data(), end, out);
  if (error != std::errc() || at != end) return std::nullopt;
  return out;
}

std::optional<double> Value::as_double() const {
  const Number* digits = number();
  if (digits == nullptr) return std::nullopt;
  double out = 0;
  const char* end = digits->digits.data() + digits->digits.size();
  const auto [at, error] = std::from_chars(digits->digits.data(), end, out);
  if (error != std::errc() || at != end) return std::nullopt;
  return out;
}

const Value* Value::find(std::string_view key) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  for (auto member = members->rbegin(); member != members->rend(); ++member) {
    if (member->key == key) return &member->value;
  }
  return nullptr;
}

Value* Value::find(std::string_view key) { return const_cast<Value*>(std::as_const(*this).find(key)); }

const std::string* Value::find_string(std::string_view key) const {
  const Value* value = find(key);
  return value != nullptr ? value->string() : nullptr;
}

void Value::set(std::string key, Value value) {
  if (is_null()) data_ = Object();
  if (Value* found = find(key)) {
    *found = std::move(value);
    return;
  }
  object()->push_back(Member{std::move(key), std::move(value), 0});
}

bool Value::erase(std::string_view key) {
  Object* members = object();
  return members != nullptr && std::erase_if(*members, [&](const Member& member) { return member.key == key; }) > 0;
}

std::string_view Value::kind_name() const {
  constexpr std::string_view kNames[] = {"null", "boolean", "number", "string", "array", "object"};
  return kNames[data_.index()];
}

bool Value::operator==(const Value& other) const { return data_ == other.data_; }

Result<Value> parse(const PaddedBytes& text, const ParseOptions& options) { return TreeBuilder(text, options).build(); }

Result<Value> parse(std::string_view text, const ParseOptions& options) {
  return parse(PaddedBytes::copy_of(text), options);
}

std::string pointer_append(std::string_view pointer, std::string_view key) {
  std::string out(pointer);
  out += '/';
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string pointer_append(std::string_view pointer, std::size_t index) { return fmt::format("{}/{}", pointer, index); }

const Value* resolve_pointer(const Value& root, std::string_view pointer) {
  const Value* value = &root;
  while (!pointer.empty()) {
    if (pointer.front() != '/') return nullptr;
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    std::string key;
    for (std::size_t i = 0; i < end; ++i) {
      if (pointer[i] == '~' && i + 1 < end && (pointer[i + 1] == '0' || pointer[i + 1] == '1')) {
        key += pointer[++i] == '0' ? '~' : '/';
      } else {
        key += pointer[i];
      }
    }
    pointer.remove_prefix(end);
    if (const Array* items = value->array()) {
      std::size_t index = 0;
      const auto [at, error] = std::from_chars(key.data(), key.data() + key.size(), index);
      const bool plain = error == std::errc() && at == key.data() + key.size() && (key == "0" || key.front() != '0');
      if (!plain || index >= items->size()) return nullptr;
      value = &(*items)[index];
    } else {
      value = value->find(key);
      if (value == nullptr) return nullptr;
    }
  }
  return value;
}

}  // namespace tocsin::json
