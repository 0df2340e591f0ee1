#include "detect/sigma_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/unicode.h"

namespace tocsin::detect {

namespace {

const std::vector<std::string_view> kRuleKeys = {
    "title",      "id",     "name",  "related",     "taxonomy",  "status",    "description", "license",
    "references", "author", "date",  "modified",    "logsource", "detection", "fields",      "falsepositives",
    "level",      "tags",   "scope", "correlation", "filter",    "action",    "generate"};
const std::vector<std::string_view> kLogSourceKeys = {"product", "category", "service", "definition"};
const std::vector<std::string_view> kLevels = {"informational", "low", "medium", "high", "critical"};
const std::vector<std::string_view> kStatuses = {"stable", "test", "experimental", "deprecated", "unsupported"};

}  // namespace

SigmaReader::SigmaReader(const yaml::Node& document, const std::string& path, const Placeholders& placeholders)
    : document_(document), path_(path), placeholders_(placeholders), problems_(path) {}

yaml::Mark SigmaReader::key_mark(const yaml::Node& in, std::string_view key) {
  for (const yaml::Pair& pair : in.pairs) {
    if (pair.key.text == key) return pair.key.begin;
  }
  return in.begin;
}

std::string SigmaReader::text(const yaml::Node& in, std::string_view key) {
  const yaml::Node* node = in.find(key);
  if (node == nullptr || node->is_null()) return {};
  if (!node->is_scalar()) problems_.error(node->begin, "sigma/wrong-type", fmt::format("'{}' must be text", key));
  return node->text;
}

std::vector<std::string> SigmaReader::texts(const yaml::Node& in, std::string_view key) {
  std::vector<std::string> out;
  const yaml::Node* node = in.find(key);
  if (node == nullptr || node->is_null()) return out;
  if (!node->is_sequence()) {
    problems_.error(node->begin, "sigma/wrong-type", fmt::format("'{}' must be a list", key));
    return out;
  }
  for (const yaml::Node& item : node->items) {
    if (!item.is_scalar())
      problems_.error(item.begin, "sigma/wrong-type", fmt::format("'{}' must be a list of texts", key));
    out.push_back(item.text);
  }
  return out;
}

void SigmaReader::check_word(std::string_view key, const std::string& value,
                             const std::vector<std::string_view>& known) {
  if (value.empty() || std::ranges::find(known, value) != known.end()) return;
  const std::string near = nearest_name(value, known);
  problems_.error(
      document_.find(key)->begin, "sigma/unknown-word", fmt::format("unknown {} '{}'", key, value),
      near.empty() ? fmt::format("one of {}", fmt::join(known, ", ")) : fmt::format("did you mean '{}'?", near));
}

void SigmaReader::warn_of_slips(const yaml::Node& in, const std::vector<std::string_view>& known,
                                std::string_view of_what) {
  for (const yaml::Pair& pair : in.pairs) {
    if (std::ranges::find(known, pair.key.text) != known.end()) continue;
    const std::string near = nearest_name(pair.key.text, known);
    if (near.empty()) continue;
    problems_.warning(pair.key.begin, "sigma/near-miss-key",
                      fmt::format("'{}' is not a key of {}", pair.key.text, of_what),
                      fmt::format("did you mean '{}'?", near));
  }
}

SigmaHead SigmaReader::read_head() {
  SigmaHead head;
  head.path = path_;
  head.mark = document_.begin;
  head.title = text(document_, "title");
  head.id = text(document_, "id");
  head.name = text(document_, "name");
  head.status = text(document_, "status");
  head.level = text(document_, "level");
  head.tags = texts(document_, "tags");
  head.fields = texts(document_, "fields");
  check_word("level", head.level, kLevels);
  check_word("status", head.status, kStatuses);
  if (head.title.empty()) problems_.error(document_.begin, "sigma/no-title", "the rule has no title");
  if (!head.id.empty() && !parse_uuid(head.id)) {
    problems_.warning(document_.find("id")->begin, "sigma/id-no-uuid", fmt::format("id '{}' is no UUID", head.id));
  }
  // The specification allows keys of one's own; one that nearly is a known one is more likely a slip.
  warn_of_slips(document_, kRuleKeys, "Sigma");
  return head;
}

event::LogSourceQuery SigmaReader::read_log_source() {
  event::LogSourceQuery out;
  const yaml::Node* node = document_.find("logsource");
  if (node == nullptr) {
    problems_.error(document_.begin, "sigma/no-logsource", "the rule has no logsource");
    return out;
  }
  if (!node->is_mapping()) {
    problems_.error(node->begin, "sigma/wrong-type", "'logsource' must map product, category or service to names");
    return out;
  }
  const auto part = [&](std::string_view key, std::string& into) {
    const yaml::Node* value = node->find(key);
    if (value == nullptr || value->is_null()) return;
    if (!value->is_scalar()) {
      return problems_.error(value->begin, "sigma/wrong-type", fmt::format("'{}' must be a name", key));
    }
    into = ascii_lower(value->text);
  };
  part("product", out.product);
  part("category", out.category);
  part("service", out.service);
  warn_of_slips(*node, kLogSourceKeys, "a logsource");
  if (out == event::LogSourceQuery{}) {
    problems_.error(node->begin, "sigma/empty-logsource", "the logsource names no product, category or service");
  }
  return out;
}

std::vector<NamedDetection> SigmaReader::read_detections(const yaml::Node& mapping,
                                                         std::initializer_list<std::string_view> other) {
  std::vector<NamedDetection> out;
  for (const yaml::Pair& pair : mapping.pairs) {
    if (std::ranges::find(other, pair.key.text) != other.end()) continue;
    out.push_back({pair.key.text, read_one(pair.value), pair.key.begin});
  }
  return out;
}

/// A map: all of its items. A list: any of its members; plain values in it are keywords. Depth: that of the YAML.
Detection SigmaReader::read_one(const yaml::Node& node) {
  Detection out;
  if (node.is_mapping()) {
    out.kind = Detection::Kind::all_of;
    for (const yaml::Pair& pair : node.pairs) out.children.push_back(read_item(pair));
  } else if (node.is_sequence()) {
    out.kind = Detection::Kind::any_of;
    std::vector<const yaml::Node*> keywords;
    for (const yaml::Node& item : node.items) {
      if (item.is_scalar()) {
        keywords.push_back(&item);
      } else {
        out.children.push_back(read_one(item));
      }
    }
    if (!keywords.empty()) out.children.push_back(make_leaf({}, node.begin, keywords));
  } else {
    return make_leaf({}, node.begin, {&node});
  }
  if (out.children.empty()) problems_.error(node.begin, "sigma/empty-detection", "a detection without items");
  return out;
}

Detection SigmaReader::make_leaf(std::string_view key, const yaml::Mark& mark,
                                 const std::vector<const yaml::Node*>& values) {
  Detection out;
  out.item = make_item(key, mark, values, placeholders_, problems_);
  return out;
}

Detection SigmaReader::read_item(const yaml::Pair& pair) {
  std::vector<const yaml::Node*> values;
  if (pair.value.is_scalar()) {
    values.push_back(&pair.value);
  } else if (pair.value.is_sequence()) {
    for (const yaml::Node& item : pair.value.items) {
      if (item.is_scalar()) {
        values.push_back(&item);
      } else {
        problems_.error(item.begin, "sigma/wrong-type", fmt::format("'{}' needs plain values", pair.key.text));
      }
    }
    if (pair.value.items.empty()) {
      problems_.error(pair.value.begin, "sigma/no-values",
                      fmt::format("'{}' has an empty list of values", pair.key.text));
    }
  } else {
    problems_.error(pair.value.begin, "sigma/wrong-type",
                    fmt::format("'{}' needs plain values, not a mapping", pair.key.text),
                    "alternatives are a list of mappings under the detection's name");
  }
  yaml::Mark mark = pair.key.begin;
  if (pair.key.quoted) {  // the key's text begins behind the quote
    ++mark.offset;
    ++mark.column;
  }
  return make_leaf(pair.key.text, mark, values);
}

}  // namespace tocsin::detect
