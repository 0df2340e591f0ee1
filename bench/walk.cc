#include "walk.h"

#include <simdjson.h>

#include <cstring>

namespace tocsin::bench {

namespace {

namespace ondemand = simdjson::ondemand;

/// Looks at every key and every value's raw text, as little as On-Demand can do and still see all of them.
template <typename Value>
bool walk_value(Value&& value, std::uint64_t& sum) {
  ondemand::json_type type{};
  if (value.type().get(type)) return false;
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    if (value.get_object().get(object)) return false;
    for (auto member : object) {
      ondemand::field field;
      if (std::move(member).get(field)) return false;
      sum += static_cast<unsigned char>(*field.key().raw());
      if (!walk_value(field.value(), sum)) return false;
    }
    return true;
  }
  if (type == ondemand::json_type::array) {
    ondemand::array array;
    if (value.get_array().get(array)) return false;
    for (auto element : array) {
      ondemand::value item;
      if (std::move(element).get(item)) return false;
      if (!walk_value(item, sum)) return false;
    }
    return true;
  }
  const std::string_view raw = value.raw_json_token();
  sum += raw.size();
  return true;
}

}  // namespace

Walked walk_lines(std::string_view text) {
  Walked out;
  ondemand::parser parser;
  while (!text.empty()) {
    const auto* newline = static_cast<const char*>(std::memchr(text.data(), '\n', text.size()));
    const std::size_t size = newline == nullptr ? text.size() : static_cast<std::size_t>(newline - text.data());
    const simdjson::padded_string_view line(text.data(), size, size + simdjson::SIMDJSON_PADDING);
    ondemand::document document;
    ondemand::value root;
    ++out.records;
    if (parser.iterate(line).get(document) || document.get_value().get(root) || !walk_value(root, out.sum)) ++out.bad;
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return out;
}

}  // namespace tocsin::bench
