#include "knowledge/pack_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time.h"

namespace tocsin::knowledge {

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string nearest = nearest_name(word, candidates);
  return nearest.empty() ? std::string() : fmt::format("did you mean '{}'?", nearest);
}

void PackReader::problem(const yaml::Node& node, std::string_view rule, std::string message, std::string hint) {
  problems_.push_back({.severity = Severity::error,
                       .rule = fmt::format("names/{}", rule),
                       .message = std::move(message),
                       .where = where(node),
                       .hint = std::move(hint)});
}

bool PackReader::check_keys(const yaml::Node& node, std::string_view what,
                            std::initializer_list<std::string_view> keys) {
  if (!node.is_mapping()) {
    problem(node, "form", fmt::format("{} must be a mapping", what));
    return false;
  }
  for (const yaml::Pair& pair : node.pairs) {
    if (std::ranges::find(keys, std::string_view(pair.key.text)) != keys.end()) continue;
    problem(pair.key, "unknown-key", fmt::format("unknown key '{}' in {}", pair.key.text, what),
            did_you_mean(pair.key.text, {keys.begin(), keys.end()}));
  }
  return true;
}

std::string PackReader::text(const yaml::Node& mapping, std::string_view key, bool required) {
  const yaml::Node* node = mapping.find(key);
  if (node == nullptr) {
    if (required) problem(mapping, "missing-key", fmt::format("'{}' is missing", key));
    return {};
  }
  if (!node->is_scalar() || node->is_null() || node->text.empty()) {
    problem(*node, "form", fmt::format("'{}' must be a text", key));
    return {};
  }
  return node->text;
}

std::vector<Placed> PackReader::texts(const yaml::Node& mapping, std::string_view key) {
  std::vector<Placed> found;
  const yaml::Node* node = mapping.find(key);
  if (node == nullptr) return found;
  if (!node->is_sequence() || node->items.empty()) {
    problem(*node, "form", fmt::format("'{}' must be a list of texts that is not empty", key));
    return found;
  }
  for (const yaml::Node& item : node->items) {
    if (!item.is_scalar() || item.is_null() || item.text.empty()) {
      problem(item, "form", fmt::format("'{}' holds something that is no text", key));
      continue;
    }
    if (std::ranges::find(found, item.text, &Placed::text) != found.end()) {
      problem(item, "repeated", fmt::format("'{}' stands twice in '{}'", item.text, key));
      continue;
    }
    found.push_back({item.text, where(item)});
  }
  return found;
}

const std::vector<yaml::Node>& PackReader::items(const yaml::Node& mapping, std::string_view key) {
  static const std::vector<yaml::Node> kNone;
  const yaml::Node* node = mapping.find(key);
  if (node == nullptr) return kNone;
  if (!node->is_sequence()) {
    problem(*node, "form", fmt::format("'{}' must be a list", key));
    return kNone;
  }
  return node->items;
}

std::optional<std::int64_t> PackReader::integer(const yaml::Node& mapping, std::string_view key, std::int64_t least,
                                                std::int64_t most) {
  const yaml::Node* node = mapping.find(key);
  if (node == nullptr) return std::nullopt;
  const std::optional<std::int64_t> value = node->as_int();
  if (!value || *value < least || *value > most) {
    problem(*node, "form", fmt::format("'{}' must be a whole number from {} to {}", key, least, most));
    return std::nullopt;
  }
  return value;
}

std::string PackReader::date(const yaml::Node& mapping, std::string_view key) {
  std::string written = text(mapping, key, true);
  if (written.empty()) return written;
  if (!parse_date(written)) {
    problem(*mapping.find(key), "form", fmt::format("'{}' is no date", written), "write it as YYYY-MM-DD");
    return {};
  }
  return written;
}

}  // namespace tocsin::knowledge
