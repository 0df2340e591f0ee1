#include "estate/strict_yaml.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/time.h"

namespace tocsin::estate {

void Problems::add(Severity severity, const yaml::Node& node, std::string_view rule, std::string message,
                   std::string hint) {
  list_.push_back({severity,
                   fmt::format("{}/{}", topic_, rule),
                   std::move(message),
                   yaml::where_of(node, source_),
                   {},
                   std::move(hint)});
}

void Problems::error(const yaml::Node& node, std::string_view rule, std::string message, std::string hint) {
  add(Severity::error, node, rule, std::move(message), std::move(hint));
}

void Problems::warning(const yaml::Node& node, std::string_view rule, std::string message, std::string hint) {
  add(Severity::warning, node, rule, std::move(message), std::move(hint));
}

void Problems::error(const yaml::Node& node, std::string_view rule, const Error& error) {
  add(Severity::error, node, rule, error.message, error.hint);
}

MappingReader::MappingReader(const yaml::Node& node, std::string_view what, Problems& problems)
    : node_(node), what_(what), problems_(problems), is_mapping_(node.is_mapping()) {
  if (!is_mapping_) problems_.error(node, "wrong-type", fmt::format("{} must be a mapping of keys to values", what_));
}

const yaml::Node* MappingReader::node(std::string_view key, Presence presence) {
  known_.push_back(key);
  const yaml::Node* member = is_mapping_ ? node_.find(key) : nullptr;
  if (member != nullptr && member->is_null()) member = nullptr;
  if (member == nullptr && presence == Presence::required && is_mapping_)
    problems_.error(node_, "missing-key", fmt::format("{} needs '{}'", what_, key));
  return member;
}

Text MappingReader::text(std::string_view key, Presence presence) {
  const yaml::Node* member = node(key, presence);
  if (member == nullptr) return {};
  if (!member->is_scalar()) {
    problems_.error(*member, "wrong-type", fmt::format("'{}' must be a text", key));
    return {};
  }
  if (member->text.empty()) {
    problems_.error(*member, "empty-text", fmt::format("'{}' is empty", key));
    return {};
  }
  return {member->text, member};
}

std::string MappingReader::string(std::string_view key, Presence presence) { return text(key, presence).value; }

std::optional<bool> MappingReader::boolean(std::string_view key, Presence presence) {
  const yaml::Node* member = node(key, presence);
  if (member == nullptr) return std::nullopt;
  const auto value = member->is_scalar() ? member->as_bool() : std::nullopt;
  if (!value) problems_.error(*member, "wrong-type", fmt::format("'{}' must be true or false", key));
  return value;
}

std::optional<std::int64_t> MappingReader::integer(std::string_view key, std::int64_t least, std::int64_t most,
                                                   Presence presence) {
  const yaml::Node* member = node(key, presence);
  if (member == nullptr) return std::nullopt;
  const auto value = member->is_scalar() ? member->as_int() : std::nullopt;
  if (!value || *value < least || *value > most) {
    problems_.error(*member, "wrong-type", fmt::format("'{}' must be a whole number from {} to {}", key, least, most));
    return std::nullopt;
  }
  return value;
}

std::string MappingReader::date(std::string_view key, Presence presence) {
  const Text value = text(key, presence);
  if (value.node == nullptr) return {};
  if (!parse_date(value.value)) {
    problems_.error(*value.node, "bad-date", fmt::format("'{}' is not a date", value.value), "write YYYY-MM-DD");
    return {};
  }
  return value.value;
}

std::vector<Text> MappingReader::texts(std::string_view key, Presence presence) {
  const yaml::Node* member = node(key, presence);
  if (member == nullptr) return {};
  std::vector<Text> out;
  const auto take = [&](const yaml::Node& item) {
    if (!item.is_scalar() || item.text.empty()) {
      problems_.error(item, "wrong-type", fmt::format("'{}' must hold texts", key));
      return;
    }
    if (std::ranges::any_of(out, [&](const Text& seen) { return seen.value == item.text; })) {
      problems_.error(item, "duplicate", fmt::format("'{}' stands twice in '{}'", item.text, key),
                      "remove one of them");
      return;
    }
    out.push_back({item.text, &item});
  };
  if (member->is_sequence())
    std::ranges::for_each(member->items, take);
  else
    take(*member);
  return out;
}

std::vector<std::string> MappingReader::strings(std::string_view key, Presence presence) {
  std::vector<std::string> out;
  for (Text& item : texts(key, presence)) out.push_back(std::move(item.value));
  return out;
}

std::span<const yaml::Node> MappingReader::items(std::string_view key, Presence presence) {
  const yaml::Node* member = node(key, presence);
  if (member == nullptr) return {};
  if (!member->is_sequence()) {
    problems_.error(*member, "wrong-type", fmt::format("'{}' must be a list", key), "begin each item with '- '");
    return {};
  }
  return member->items;
}

std::optional<std::size_t> MappingReader::keyword(std::string_view key, std::span<const std::string_view> names,
                                                  Presence presence) {
  const Text value = text(key, presence);
  if (value.node == nullptr) return std::nullopt;
  const auto found = std::ranges::find(names, value.value);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  report_unknown_word(problems_, *value.node, key, names);
  return std::nullopt;
}

void MappingReader::finish() {
  if (!is_mapping_) return;
  const std::vector<std::string_view>& candidates = known_;
  for (const yaml::Pair& pair : node_.pairs) {
    if (std::ranges::find(candidates, pair.key.text) != candidates.end()) continue;
    const std::string near = nearest_name(pair.key.text, candidates);
    problems_.error(pair.key, "unknown-key", fmt::format("unknown key '{}' in {}", pair.key.text, what_),
                    near.empty() ? fmt::format("known keys: {}", fmt::join(candidates, ", "))
                                 : fmt::format("did you mean '{}'?", near));
  }
}

void report_unknown_word(Problems& problems, const yaml::Node& node, std::string_view what,
                         std::span<const std::string_view> names) {
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string near = nearest_name(node.text, candidates);
  std::string hint;
  if (!near.empty())
    hint = fmt::format("did you mean '{}'?", near);
  else if (names.size() <= 30)
    hint = fmt::format("known: {}", fmt::join(candidates, ", "));
  problems.error(node, "unknown-word", fmt::format("'{}' is not a known {}", node.text, what), std::move(hint));
}

}  // namespace tocsin::estate
