#include "detect/sigma_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/hash.h"
#include "base/unicode.h"
#include "detect/sigma_condition.h"
#include "detect/sigma_values.h"

namespace tocsin::detect {

namespace {

constexpr std::array<std::string_view, 22> kRuleKeys = {
    "title",      "id",     "name",  "related",     "taxonomy",  "status",    "description", "license",
    "references", "author", "date",  "modified",    "logsource", "detection", "fields",      "falsepositives",
    "level",      "tags",   "scope", "correlation", "filter",    "action"};
constexpr std::array<std::string_view, 5> kLevels = {"informational", "low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 5> kStatuses = {"stable", "test", "experimental", "deprecated", "unsupported"};

/// Reads one document into a rule; gathers what is wrong.
class RuleReader {
 public:
  RuleReader(const yaml::Node& document, const std::string& path) : document_(document), problems_(path) {
    rule_.path = path;
    rule_.mark = document.begin;
  }

  void read(RuleFile& file) {
    if (!document_.is_mapping()) {
      problems_.error(document_.begin, "sigma/not-a-rule", "a rule is a mapping with title, logsource and detection");
      return finish(file);
    }
    read_head();
    for (const std::string_view kind : {"correlation", "filter"}) {
      const yaml::Node* node = document_.find(kind);
      if (node == nullptr) continue;
      problems_.error(key_mark(kind), "sigma/unsupported-document", fmt::format("unsupported: '{}' rules", kind));
      return finish(file);
    }
    read_log_source();
    read_detection();
    finish(file);
  }

 private:
  void finish(RuleFile& file) {
    std::vector<Diagnostic> problems = problems_.take();
    if (has_errors(problems)) {
      file.rejected.push_back({rule_.id.empty() ? rule_.title : rule_.id, std::move(problems)});
      return;
    }
    file.warnings.insert(file.warnings.end(), problems.begin(), problems.end());
    file.rules.push_back(std::move(rule_));
  }

  yaml::Mark key_mark(std::string_view key) const {
    for (const yaml::Pair& pair : document_.pairs) {
      if (pair.key.text == key) return pair.key.begin;
    }
    return document_.begin;
  }

  std::string text(std::string_view key) {
    const yaml::Node* node = document_.find(key);
    if (node == nullptr || node->is_null()) return {};
    if (!node->is_scalar()) problems_.error(node->begin, "sigma/wrong-type", fmt::format("'{}' must be text", key));
    return node->text;
  }

  std::vector<std::string> texts(std::string_view key) {
    std::vector<std::string> out;
    const yaml::Node* node = document_.find(key);
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

  template <std::size_t N>
  void check_word(std::string_view key, const std::string& value, const std::array<std::string_view, N>& known) {
    if (value.empty() || std::ranges::find(known, value) != known.end()) return;
    const std::string near = nearest_name(value, {known.begin(), known.end()});
    problems_.error(
        document_.find(key)->begin, "sigma/unknown-word", fmt::format("unknown {} '{}'", key, value),
        near.empty() ? fmt::format("one of {}", fmt::join(known, ", ")) : fmt::format("did you mean '{}'?", near));
  }

  void read_head() {
    rule_.title = text("title");
    rule_.id = text("id");
    rule_.name = text("name");
    rule_.status = text("status");
    rule_.level = text("level");
    rule_.tags = texts("tags");
    rule_.fields = texts("fields");
    check_word("level", rule_.level, kLevels);
    check_word("status", rule_.status, kStatuses);
    if (rule_.title.empty()) problems_.error(document_.begin, "sigma/no-title", "the rule has no title");
    if (!rule_.id.empty() && !parse_uuid(rule_.id)) {
      problems_.warning(document_.find("id")->begin, "sigma/id-no-uuid", fmt::format("id '{}' is no UUID", rule_.id));
    }
    // The specification allows keys of one's own; one that nearly is a known one is more likely a slip.
    for (const yaml::Pair& pair : document_.pairs) {
      if (std::ranges::find(kRuleKeys, pair.key.text) != kRuleKeys.end()) continue;
      const std::string near = nearest_name(pair.key.text, {kRuleKeys.begin(), kRuleKeys.end()});
      if (near.empty()) continue;
      problems_.warning(pair.key.begin, "sigma/near-miss-key", fmt::format("'{}' is not a key of Sigma", pair.key.text),
                        fmt::format("did you mean '{}'?", near));
    }
  }

  void read_log_source() {
    const yaml::Node* node = document_.find("logsource");
    if (node == nullptr) return problems_.error(document_.begin, "sigma/no-logsource", "the rule has no logsource");
    if (!node->is_mapping()) {
      return problems_.error(node->begin, "sigma/wrong-type",
                             "'logsource' must map product, category or service to names");
    }
    const auto part = [&](std::string_view key, std::string& into) {
      const yaml::Node* value = node->find(key);
      if (value == nullptr || value->is_null()) return;
      if (!value->is_scalar()) {
        return problems_.error(value->begin, "sigma/wrong-type", fmt::format("'{}' must be a name", key));
      }
      into = ascii_lower(value->text);
    };
    part("product", rule_.log_source.product);
    part("category", rule_.log_source.category);
    part("service", rule_.log_source.service);
    constexpr std::array<std::string_view, 4> kParts = {"product", "category", "service", "definition"};
    for (const yaml::Pair& pair : node->pairs) {
      const std::string near = nearest_name(pair.key.text, {kParts.begin(), kParts.end()});
      if (near.empty() || near == pair.key.text) continue;
      problems_.warning(pair.key.begin, "sigma/near-miss-key",
                        fmt::format("'{}' is not a key of a logsource", pair.key.text),
                        fmt::format("did you mean '{}'?", near));
    }
    if (rule_.log_source == event::LogSourceQuery{}) {
      problems_.error(node->begin, "sigma/empty-logsource", "the logsource names no product, category or service");
    }
  }

  void read_detection() {
    const yaml::Node* node = document_.find("detection");
    if (node == nullptr) return problems_.error(document_.begin, "sigma/no-detection", "the rule has no detection");
    if (!node->is_mapping())
      return problems_.error(node->begin, "sigma/wrong-type", "'detection' must map names to detections");
    const yaml::Node* condition = nullptr;
    for (const yaml::Pair& pair : node->pairs) {
      if (pair.key.text == "condition") {
        condition = &pair.value;
      } else if (pair.key.text == "timeframe") {
        problems_.error(pair.key.begin, "sigma/timeframe", "'timeframe' is not part of Sigma 2",
                        "write a correlation rule");
      } else {
        rule_.detections.push_back({pair.key.text, read_one(pair.value), pair.key.begin});
      }
    }
    if (condition == nullptr)
      return problems_.error(node->begin, "sigma/no-condition", "the detection has no condition");
    std::vector<bool> used(rule_.detections.size());
    read_conditions(*condition, used);
    for (std::size_t i = 0; i < used.size(); ++i) {
      if (used[i] || rule_.detections[i].name.starts_with('_')) continue;
      problems_.warning(rule_.detections[i].mark, "sigma/unused-detection",
                        fmt::format("no condition uses the detection '{}'", rule_.detections[i].name));
    }
  }

  void read_conditions(const yaml::Node& node, std::vector<bool>& used) {
    if (node.is_scalar()) {
      if (auto condition = parse_condition(node, rule_.detections, used, problems_))
        rule_.conditions.push_back(*std::move(condition));
    } else if (node.is_sequence() && !node.items.empty() && std::ranges::all_of(node.items, &yaml::Node::is_scalar)) {
      for (const yaml::Node& item : node.items) read_conditions(item, used);
    } else {
      problems_.error(node.begin, "sigma/wrong-type", "'condition' must be a condition or a list of them");
    }
  }

  /// A map: all of its items. A list: any of its members; plain values in it are keywords. Depth: that of the YAML.
  Detection read_one(const yaml::Node& node) {
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

  Detection make_leaf(std::string_view key, const yaml::Mark& mark, const std::vector<const yaml::Node*>& values) {
    Detection out;
    out.item = make_item(key, mark, values, problems_);
    return out;
  }

  Detection read_item(const yaml::Pair& pair) {
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

  const yaml::Node& document_;
  Problems problems_;
  SigmaRule rule_;
};

/// `over` laid on `base`, key by key; mappings on both sides are merged.
yaml::Node merged(const yaml::Node& base, const yaml::Node& over) {
  if (!base.is_mapping() || !over.is_mapping()) return over;
  yaml::Node out = base;
  out.begin = over.begin;
  for (const yaml::Pair& pair : over.pairs) {
    const auto found =
        std::ranges::find(out.pairs, pair.key.text, [](const yaml::Pair& known) { return known.key.text; });
    if (found == out.pairs.end()) {
      out.pairs.push_back(pair);
    } else {
      found->value = merged(found->value, pair.value);
    }
  }
  return out;
}

}  // namespace

RuleFile parse_sigma(std::string_view text, const std::string& path) {
  RuleFile file;
  const auto documents = yaml::parse_all(text, {.source = path});
  if (!documents) {
    const Error& error = documents.error();
    file.rejected.push_back({{}, {{Severity::error, "sigma/yaml", error.message, error.where, {}, error.hint}}});
    if (file.rejected.back().problems.back().where.source.empty())
      file.rejected.back().problems.back().where.source = path;
    return file;
  }
  // action: global is laid under what follows, reset takes it away, repeat is laid on the document before.
  std::optional<yaml::Node> global;
  std::optional<yaml::Node> previous;
  for (const yaml::Node& document : *documents) {
    if (document.is_null()) continue;
    const yaml::Node* action = document.find("action");
    yaml::Node whole = document;
    if (action != nullptr) {
      std::erase_if(whole.pairs, [](const yaml::Pair& pair) { return pair.key.text == "action"; });
      if (action->text == "global") {
        global = global ? merged(*global, whole) : whole;
        continue;
      }
      if (action->text == "reset") {
        global.reset();
        previous.reset();
        if (whole.pairs.empty()) continue;
      } else if (action->text == "repeat" && previous) {
        whole = merged(*previous, whole);
      } else {
        const bool first = action->text == "repeat";
        file.rejected.push_back(
            {{},
             {{Severity::error,
               "sigma/action",
               first ? "'action: repeat' has no document before it" : fmt::format("unknown action '{}'", action->text),
               yaml::where_of(*action, path),
               {},
               first ? "" : "global, reset or repeat"}}});
        continue;
      }
    }
    if (global) whole = merged(*global, whole);
    previous = whole;
    RuleReader(whole, path).read(file);
  }
  return file;
}

}  // namespace tocsin::detect
