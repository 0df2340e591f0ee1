#include "base/json.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>
#include <cmath>

#include "base/bytes.h"
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
  TreeBuilder(std::string_view text, const ParseOptions& options) : text_(text), options_(options) {}

  Result<Value> build() {
    std::string_view body = text_;
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    if (body.find_first_not_of(kJsonSpace) == std::string_view::npos) {
      return failure(ErrorCode::syntax, "expected a JSON value, found nothing", text_.size());
    }
    bytes_ = PaddedBytes::copy_of(body);
    shift_ = text_.size() - body.size();
    ondemand::parser parser;
    ondemand::document document;
    if (auto error = parser.iterate(bytes_.view().data(), bytes_.size(), bytes_.size() + simdjson::SIMDJSON_PADDING)
                         .get(document)) {
      return failure_of(error, nullptr);
    }
    // A scalar at the root is all there is: simdjson would leave what follows it to us anyway.
    const std::string_view content = trim_json_space(bytes_.view().substr(body.find_first_not_of(kJsonSpace)));
    const bool is_scalar = content.front() != '{' && content.front() != '[' && content.front() != '"';
    auto value = is_scalar ? build_scalar(content, content.data()) : build_value(document, 0);
    if (is_scalar && value) value->set_offset(offset_of(content.data()));
    if (!value) return value;
    const char* rest = nullptr;
    if (!is_scalar && document.current_location().get(rest) == simdjson::SUCCESS) {
      return failure(ErrorCode::syntax, "something follows the JSON value", offset_of(rest));
    }
    return value;
  }

 private:
  std::uint64_t offset_of(const char* at) const {
    return static_cast<std::uint64_t>(at - bytes_.view().data()) + shift_;
  }

  std::unexpected<Error> failure(ErrorCode code, std::string message, std::uint64_t offset) const {
    return fail(code, std::move(message), locate(text_, offset, options_.source));
  }

  std::unexpected<Error> failure_of(simdjson::error_code error, const char* at) const {
    if (error == simdjson::UTF8_ERROR) {
      return failure(ErrorCode::syntax, "invalid UTF-8", find_invalid_utf8(text_).value_or(0));
    }
    const std::uint64_t offset = at != nullptr ? offset_of(at) : text_.size();
    switch (error) {
      case simdjson::UNCLOSED_STRING:
        return failure(ErrorCode::syntax, "a string is not closed", text_.size());
      case simdjson::STRING_ERROR:
        return failure(ErrorCode::syntax, "a string has a bad escape or an unescaped control character", offset);
      case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
        return failure(ErrorCode::syntax, "an array or object is not closed", text_.size());
      case simdjson::DEPTH_ERROR:
        return failure(ErrorCode::limit_exceeded, fmt::format("nested deeper than {}", options_.max_depth), offset);
      case simdjson::CAPACITY:
        return failure(ErrorCode::limit_exceeded, "larger than 4 GiB", 0);
      case simdjson::MEMALLOC:
        return failure(ErrorCode::limit_exceeded, "not enough memory to parse", 0);
      default:
        return failure(ErrorCode::syntax,
                       "not JSON here: a comma, a colon, a quote or a bracket is missing or too many", offset);
    }
  }

  template <typename Source>
  Result<Value> build_value(Source& source, std::uint32_t depth) {
    std::string_view token;
    if constexpr (std::is_same_v<Source, ondemand::document>) {
      if (auto error = source.raw_json_token().get(token)) return failure_of(error, nullptr);
    } else {
      token = source.raw_json_token();
    }
    const char* at = token.data();
    const char first = token.empty() ? '\0' : token.front();
    if (first == '{' || first == '[') {
      if (depth >= options_.max_depth) {
        return failure(ErrorCode::limit_exceeded, fmt::format("nested deeper than {}", options_.max_depth),
                       offset_of(at));
      }
    }
    auto value = first == '{'   ? build_object(source, depth, at)
                 : first == '[' ? build_array(source, depth, at)
                 : first == '"' ? build_string(source, at)
                                : build_scalar(trim_json_space(token), at);
    if (!value) return value;
    value->set_offset(offset_of(at));
    return value;
  }

  template <typename Source>
  Result<Value> build_object(Source& source, std::uint32_t depth, const char* at) {
    ondemand::object object;
    if (auto error = source.get_object().get(object)) return failure_of(error, at);
    Object members;
    for (auto field_result : object) {
      ondemand::field field;
      if (auto error = std::move(field_result).get(field)) return failure_of(error, current(at));
      const char* key_at = field.key().raw() - 1;
      std::string_view key;
      if (auto error = field.unescaped_key().get(key)) return failure_of(error, key_at);
      Member& member = members.emplace_back(Member{std::string(key), Value(), offset_of(key_at)});
      last_ = key_at;
      TRY(member.value, build_value(field.value(), depth + 1));
    }
    return Value(std::move(members));
  }

  template <typename Source>
  Result<Value> build_array(Source& source, std::uint32_t depth, const char* at) {
    ondemand::array array;
    if (auto error = source.get_array().get(array)) return failure_of(error, at);
    Array items;
    for (auto item_result : array) {
      ondemand::value item;
      if (auto error = std::move(item_result).get(item)) return failure_of(error, current(at));
      last_ = item.raw_json_token().data();
      auto value = build_value(item, depth + 1);
      if (!value) return value;
      items.push_back(*std::move(value));
    }
    return Value(std::move(items));
  }

  template <typename Source>
  Result<Value> build_string(Source& source, const char* at) {
    std::string_view text;
    if (auto error = source.get_string().get(text)) return failure_of(error, at);
    return Value(text);
  }

  Result<Value> build_scalar(std::string_view token, const char* at) {
    if (token == "true") return Value(true);
    if (token == "false") return Value(false);
    if (token == "null") return Value(nullptr);
    if (is_number_text(token)) return Value(Number{std::string(token)});
    return failure(ErrorCode::syntax, fmt::format("expected a JSON value, found '{}'", token.substr(0, 20)),
                   offset_of(at));
  }

  /// The nearest place known before an error that simdjson reports without one.
  const char* current(const char* at) const { return last_ != nullptr && last_ > at ? last_ : at; }

  std::string_view text_;
  const ParseOptions& options_;
  PaddedBytes bytes_;
  std::uint64_t shift_ = 0;
  const char* last_ = nullptr;
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

Result<Value> parse(std::string_view text, const ParseOptions& options) { return TreeBuilder(text, options).build(); }

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
