#include "base/json_walk.h"

#include <simdjson.h>

#include <cstring>

#include "base/json_scan.h"
#include "base/unicode.h"

namespace tocsin::json {

namespace {

namespace ondemand = simdjson::ondemand;

std::string_view trim_right(std::string_view text) {
  while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
  return text;
}

/// What stands between the quotes, from the first byte after the opening one.
std::string_view until_quote(const char* start, const char* end) {
  if (start > end) return {end, end};
  const char* at = start;
  while (at < end) {
    const auto* quote = static_cast<const char*>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
    if (quote == nullptr) break;
    const char* back = quote;
    while (back > start && back[-1] == '\\') --back;
    if ((quote - back) % 2 == 0) return {start, static_cast<std::size_t>(quote - start)};
    at = quote + 1;
  }
  return {start, static_cast<std::size_t>(end - start)};
}

struct Walk {
  std::string_view text;
  const WalkLimits& limits;
  std::vector<WalkItem>& items;
  bool cut = false;

  bool full() {
    cut = cut || items.size() >= limits.max_items;
    return cut;
  }

  /// simdjson takes what follows a text that was cut short for its next token.
  bool is_inside(std::string_view token) const {
    const char* end = text.data() + text.size();
    return token.data() < end && token.size() <= static_cast<std::size_t>(end - token.data());
  }

  // Depth is bounded by limits.max_depth, so recursion is.
  template <typename Value>
  simdjson::error_code value(Value& source, std::string_view key, std::uint32_t depth) {
    if (full()) return simdjson::SUCCESS;
    ondemand::json_type type{};
    if (const auto error = source.type().get(type)) return error;
    // Before a container is entered: behind the text there is no end of it to stop at.
    std::string_view raw;
    if (const auto error = simdjson::simdjson_result<std::string_view>(source.raw_json_token()).get(raw)) return error;
    if (!is_inside(raw)) return simdjson::INCOMPLETE_ARRAY_OR_OBJECT;
    switch (type) {
      case ondemand::json_type::object:
        return object(source, key, depth);
      case ondemand::json_type::array:
        return array(source, key, depth);
      default:
        break;
    }
    raw = trim_right(raw);
    switch (type) {
      case ondemand::json_type::string:
        items.push_back({WalkKind::string, key, until_quote(raw.data() + 1, text.data() + text.size())});
        break;
      case ondemand::json_type::number:
        if (!is_number(raw)) return simdjson::NUMBER_ERROR;
        items.push_back({WalkKind::number, key, raw});
        break;
      case ondemand::json_type::boolean:
        if (raw != "true" && raw != "false") return simdjson::T_ATOM_ERROR;
        items.push_back({WalkKind::boolean, key, raw});
        break;
      default:
        if (raw != "null") return simdjson::N_ATOM_ERROR;
        items.push_back({WalkKind::null, key, raw});
        break;
    }
    // A scalar that nobody took a value from is skipped by the enclosing iteration.
    return simdjson::SUCCESS;
  }

  template <typename Value>
  simdjson::error_code object(Value& source, std::string_view key, std::uint32_t depth) {
    ondemand::object object;
    if (const auto error = source.get_object().get(object)) return error;
    if (depth >= limits.max_depth) return too_deep(object, key);
    items.push_back({WalkKind::object_begin, key, {}});
    for (auto member : object) {
      ondemand::field field;
      if (const auto error = std::move(member).get(field)) return error;
      const std::string_view name = until_quote(field.key().raw(), text.data() + text.size());
      if (const auto error = value(field.value(), name, depth + 1)) return error;
      if (cut) return simdjson::SUCCESS;
    }
    items.push_back({WalkKind::object_end, {}, {}});
    return simdjson::SUCCESS;
  }

  template <typename Value>
  simdjson::error_code array(Value& source, std::string_view key, std::uint32_t depth) {
    ondemand::array array;
    if (const auto error = source.get_array().get(array)) return error;
    if (depth >= limits.max_depth) return too_deep(array, key);
    items.push_back({WalkKind::array_begin, key, {}});
    for (auto element : array) {
      ondemand::value item;
      if (const auto error = std::move(element).get(item)) return error;
      if (const auto error = value(item, {}, depth + 1)) return error;
      if (cut) return simdjson::SUCCESS;
    }
    items.push_back({WalkKind::array_end, {}, {}});
    return simdjson::SUCCESS;
  }

  template <typename Container>
  simdjson::error_code too_deep(Container& container, std::string_view key) {
    std::string_view raw;
    if (const auto error = container.raw_json().get(raw)) return error;
    if (!is_inside(raw)) return simdjson::INCOMPLETE_ARRAY_OR_OBJECT;
    items.push_back({WalkKind::too_deep, key, trim_right(raw)});
    return simdjson::SUCCESS;
  }
};

}  // namespace

struct Walker::State {
  ondemand::parser parser;
  std::vector<std::uint32_t> marks;
};

Walker::Walker() : state_(std::make_unique<State>()) {}
Walker::Walker(Walker&&) noexcept = default;
Walker& Walker::operator=(Walker&&) noexcept = default;
Walker::~Walker() = default;

Status Walker::walk(std::string_view text, const WalkLimits& limits) {
  ScanTraits traits;
  is_plain_ = can_scan() && scan(text, limits, state_->marks, items_, traits);
  if (is_plain_) {
    // The two letters that fold to ASCII ones: U+017F, U+212A.
    const bool is_foldable = !traits.is_ascii && (text.find("\xC5\xBF") != std::string_view::npos ||
                                                  text.find("\xE2\x84\xAA") != std::string_view::npos);
    is_plain_ = !traits.has_unicode_escape && !is_foldable;
    return {};
  }
  items_.clear();
  ondemand::document document;
  // The first record of a file may carry a byte order mark; json::parse passes over it too.
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  const std::string_view body = text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
  const simdjson::padded_string_view padded(body.data(), body.size(), body.size() + simdjson::SIMDJSON_PADDING);
  auto error = state_->parser.iterate(padded).get(document);
  const bool opened = !error;
  Walk walk{body, limits, items_};
  if (!error) {
    bool scalar = false;
    error = document.is_scalar().get(scalar);
    if (!error && scalar) {
      error = walk.value(document, {}, 0);
    } else if (!error) {
      ondemand::value root;
      error = document.get_value().get(root);
      if (!error) error = walk.value(root, {}, 0);
      // Past the end there is no location.
      if (!error && !walk.cut && document.current_location().error() == simdjson::SUCCESS) {
        error = simdjson::TRAILING_CONTENT;
      }
    }
  }
  if (error) {
    const char* place = nullptr;
    Where where;
    if (opened && document.current_location().get(place) == simdjson::SUCCESS && place >= text.data() &&
        place <= text.data() + text.size()) {
      where.offset = static_cast<std::uint64_t>(place - text.data());
    }
    return fail(ErrorCode::syntax, simdjson::error_message(error), where);
  }
  if (walk.cut) return fail(ErrorCode::limit_exceeded, "more values than the limit allows");
  return {};
}

}  // namespace tocsin::json
