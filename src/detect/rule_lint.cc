#include "detect/rule_lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/time.h"
#include "base/unicode.h"
#include "detect/correlation_plan.h"
#include "detect/sigma_documents.h"
#include "detect/sigma_values.h"

namespace tocsin::detect {

namespace {

/// Ids this far beyond the highest known one may be those of a younger ATT&CK; further on they are slips.
constexpr std::uint64_t kYounger = 100;

Result<yaml::Node> load_yaml(const std::string& path) {
  TRY(const PaddedBytes bytes, read_file(path));
  return yaml::parse(bytes.view(), {.source = path});
}

std::uint64_t number_of(std::string_view id) {
  std::uint64_t number = 0;
  std::from_chars(id.data() + 1, id.data() + std::min(id.find('.'), id.size()), number);
  return number;
}

bool is_id(std::string_view tag) {
  return tag.size() > 2 && std::string_view("tgscm").find(tag[0]) != std::string_view::npos && tag[1] >= '0' &&
         tag[1] <= '9';
}

/// One detection item of the text: `field|modifiers` and its scalars.
struct TextItem {
  const yaml::Node* key = nullptr;
  std::string_view field;
  std::vector<std::string_view> modifiers;
  std::vector<const yaml::Node*> values;

  bool has(std::string_view modifier) const { return std::ranges::find(modifiers, modifier) != modifiers.end(); }
};

TextItem read_item(const yaml::Pair& pair) {
  TextItem out{&pair.key, {}, {}, {}};
  std::string_view rest = pair.key.text;
  for (bool first = true;; first = false) {
    const std::size_t bar = rest.find('|');
    if (first) {
      out.field = rest.substr(0, bar);
    } else {
      out.modifiers.push_back(rest.substr(0, bar));
    }
    if (bar == std::string_view::npos) break;
    rest.remove_prefix(bar + 1);
  }
  if (pair.value.is_scalar()) {
    out.values.push_back(&pair.value);
  } else {
    for (const yaml::Node& item : pair.value.items) out.values.push_back(&item);
  }
  return out;
}

/// Depth: that of the YAML.
void gather_items(const yaml::Node& node, std::vector<TextItem>& out) {
  for (const yaml::Pair& pair : node.pairs) out.push_back(read_item(pair));
  for (const yaml::Node& item : node.items) gather_items(item, out);
}

/// Unescaped `*` or `?` at the ends of a value, and anywhere between.
struct Wildcards {
  bool before = false;
  bool after = false;
  bool inside = false;
};
Wildcards wildcards_of(std::string_view text) {
  Wildcards out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '*' && at == 0) {
      out.before = true;
    } else if (text[at] == '*' && at + 1 == text.size()) {
      out.after = true;
    } else if (text[at] == '*' || text[at] == '?') {
      out.inside = true;
    }
  }
  return out;
}

/// The lints of one document.
class DocumentLint {
 public:
  DocumentLint(const SigmaDocument& document, const std::string& path, const AttackTags& tags,
               const KnownFields& fields, const event::Schema& schema)
      : document_(document), root_(document.root), problems_(path), tags_(tags), fields_(fields), schema_(schema) {}

  std::vector<Diagnostic> run() {
    if (!root_.is_mapping()) return {};
    check_head();
    check_dates();
    check_tags();
    check_related();
    if (document_.kind == SigmaDocument::Kind::rule) {
      check_log_source();
      const yaml::Node* detection = root_.find("detection");
      if (detection != nullptr) check_detections(*detection);
    } else if (document_.kind == SigmaDocument::Kind::filter) {
      const yaml::Node* filter = root_.find("filter");
      if (filter != nullptr) check_detections(*filter);
    }
    return problems_.take();
  }

 private:
  std::string_view text(std::string_view key) const {
    const yaml::Node* node = root_.find(key);
    return node == nullptr || !node->is_scalar() || node->is_null() ? std::string_view() : node->text;
  }
  void warn(const yaml::Mark& mark, std::string_view id, std::string message, std::string hint = {}) {
    problems_.warning(mark, "lint/" + std::string(id), std::move(message), std::move(hint));
  }

  void check_head() {
    struct Wanted {
      std::string_view key, why;
      bool of_filters;
    };
    constexpr Wanted kWanted[] = {{"id", "nothing can refer to it for good", true},
                                  {"description", "whoever meets its matches must guess what they mean", true},
                                  {"status", "nobody knows how far to trust it", false},
                                  {"level", "its matches cannot be ranked", false}};
    for (const Wanted& wanted : kWanted) {
      if (document_.kind == SigmaDocument::Kind::filter && !wanted.of_filters) continue;
      if (root_.find(wanted.key) == nullptr)
        warn(root_.begin, "no-" + std::string(wanted.key),
             fmt::format("the rule has no {}: {}", wanted.key, wanted.why));
    }
    constexpr std::size_t kMaxTitle = 256;
    if (text("title").size() > kMaxTitle)
      warn(root_.find("title")->begin, "long-title", fmt::format("the title is longer than {} characters", kMaxTitle));
    warn_of_repeats("references", "duplicate-reference");
    warn_of_repeats("tags", "duplicate-tag");
  }

  void warn_of_repeats(std::string_view key, std::string_view id) {
    const yaml::Node* list = root_.find(key);
    if (list == nullptr) return;
    std::set<std::string> seen;
    for (const yaml::Node& item : list->items) {
      if (item.is_scalar() && !seen.insert(item.text).second)
        warn(item.begin, id, fmt::format("'{}' stands twice in {}", item.text, key));
    }
  }

  std::optional<Instant> read_date(std::string_view key) {
    const yaml::Node* node = root_.find(key);
    if (node == nullptr || node->is_null()) return std::nullopt;
    const auto date = parse_date(node->text);
    if (date) return date->instant;
    warn(node->begin, "bad-date", fmt::format("'{}' is no date: '{}'", key, node->text), "write it as 2021-03-01");
    return std::nullopt;
  }

  void check_dates() {
    const auto date = read_date("date");
    const auto modified = read_date("modified");
    if (date && modified && *modified < *date)
      warn(root_.find("modified")->begin, "modified-before-date", "the rule was modified before its date");
    if (root_.find("modified") != nullptr && root_.find("date") == nullptr)
      warn(root_.find("modified")->begin, "modified-without-date", "the rule was modified but has no date");
  }

  void check_tags() {
    const yaml::Node* list = root_.find("tags");
    if (list == nullptr) return;
    bool has_technique = false;
    bool has_tactic = false;
    for (const yaml::Node& item : list->items) {
      if (!item.is_scalar()) continue;
      const std::string_view tag = item.text;
      const std::size_t dot = tag.find('.');
      const std::string_view space = tag.substr(0, dot);
      const std::string_view name = dot == std::string_view::npos ? std::string_view() : tag.substr(dot + 1);
      if (name.empty() || ascii_lower(tag) != tag || tag.find_first_of(" \t_") != std::string_view::npos) {
        warn(item.begin, "tag-form", fmt::format("the tag '{}' is not of the form namespace.name", tag),
             "small letters, digits, dots and hyphens");
        continue;
      }
      if (space == "attack") {
        has_technique |= name[0] == 't' && is_id(name);
        has_tactic |= tags_.is_tactic(name) || name.starts_with("ta00");
        auto [message, hint] = tags_.problem_of(name);
        if (!message.empty()) warn(item.begin, "attack-tag", std::move(message), std::move(hint));
      } else {
        check_other_tag(item, space, name);
      }
    }
    if (has_technique && !has_tactic)
      warn(list->begin, "technique-without-tactic", "the tags name a technique of ATT&CK but no tactic");
  }

  void check_other_tag(const yaml::Node& item, std::string_view space, std::string_view name) {
    struct Namespace {
      std::string_view name;
      const char* form;
      const char* example;
    };
    constexpr Namespace kNamespaces[] = {{"car", "dddd-dd-ddd", "car.2016-04-005"},
                                         {"cve", "dddd-dddd*", "cve.2021-44228"},
                                         {"d3fend", "", "d3fend.d3-am"},
                                         {"detection", "", "detection.emerging-threats"},
                                         {"stp", "da", "stp.3k"},
                                         {"tlp", "", "tlp.amber"}};
    const auto* known = std::ranges::find(kNamespaces, space, &Namespace::name);
    if (known == std::end(kNamespaces)) {
      std::vector<std::string_view> names = {"attack"};
      for (const Namespace& one : kNamespaces) names.push_back(one.name);
      const std::string near = nearest_name(space, names);
      return warn(
          item.begin, "tag-namespace", fmt::format("no tags are known that begin with '{}.'", space),
          near.empty() ? fmt::format("one of {}", fmt::join(names, ", ")) : fmt::format("did you mean '{}'?", near));
    }
    constexpr std::array<std::string_view, 6> kLights = {"red", "amber", "amber-strict", "green", "white", "clear"};
    constexpr std::array<std::string_view, 3> kDetections = {"dfir", "emerging-threats", "threat-hunting"};
    const bool fits = space == "tlp"         ? std::ranges::find(kLights, name) != kLights.end()
                      : space == "detection" ? std::ranges::find(kDetections, name) != kDetections.end()
                                             : has_form(name, known->form);
    if (!fits)
      warn(item.begin, "tag-form", fmt::format("'{}' is not of the form of '{}' tags", item.text, space),
           fmt::format("e.g. '{}'", known->example));
  }

  /// d: a digit, a: a letter that may be missing, *: any more digits.
  static bool has_form(std::string_view name, std::string_view form) {
    if (form.empty()) return !name.empty();
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    std::size_t at = 0;
    for (const char wanted : form) {
      if (wanted == '*') {
        while (at < name.size() && is_digit(name[at])) ++at;
      } else if (wanted == 'a') {
        if (at < name.size() && name[at] >= 'a' && name[at] <= 'z') ++at;
      } else if (at >= name.size() || (wanted == 'd' ? !is_digit(name[at]) : name[at] != wanted)) {
        return false;
      } else {
        ++at;
      }
    }
    return at == name.size();
  }

  void check_related() {
    const yaml::Node* related = root_.find("related");
    if (related == nullptr) return;
    constexpr std::array<std::string_view, 6> kTypes = {"derived", "obsolete", "merged",
                                                        "renamed", "similar",  "correlation"};
    for (const yaml::Node& item : related->items) {
      const yaml::Node* id = item.find("id");
      const yaml::Node* type = item.find("type");
      if (id == nullptr || !parse_uuid(id->text))
        warn(item.begin, "bad-related", "a related rule is named by the UUID of its id");
      if (type == nullptr || std::ranges::find(kTypes, type->text) == kTypes.end())
        warn(item.begin, "bad-related", "the relation to the related rule is not known",
             fmt::format("one of {}", fmt::join(kTypes, ", ")));
    }
  }

  void check_log_source() {
    const yaml::Node* source = root_.find("logsource");
    if (source == nullptr || !source->is_mapping()) return;
    const auto part = [&](std::string_view key) {
      const yaml::Node* node = source->find(key);
      return node == nullptr || node->is_null() ? std::string() : ascii_lower(node->text);
    };
    query_ = {.product = part("product"), .category = part("category"), .service = part("service")};
    for (const std::string& unknown : schema_.unknown_names(query_))
      warn(source->begin, "unknown-logsource", unknown + ": no record is of this log source");
  }

  void check_detections(const yaml::Node& node) {
    std::size_t names = 0;
    for (const yaml::Pair& pair : node.pairs) {
      if (pair.key.text == "condition" || pair.key.text == "timeframe" || pair.key.text == "rules") continue;
      ++names;
      std::vector<TextItem> items;
      gather_items(pair.value, items);
      for (const TextItem& item : items) check_item(item);
    }
    const yaml::Node* condition = node.find("condition");
    if (condition == nullptr) return;
    if (names == 1 && condition->is_scalar() && condition->text.find("of them") != std::string::npos)
      warn(condition->begin, "of-one-detection", "'of them' speaks of several detections and there is one");
  }

  void check_item(const TextItem& item) {
    check_field(item);
    const bool is_pattern = !item.has("re") && !item.has("cidr") && !item.has("base64") && !item.has("base64offset") &&
                            !item.has("fieldref") && !item.has("exists");
    if (item.has("base64offset") && !item.has("contains"))
      warn(item.key->begin, "base64offset-alone", "'base64offset' without 'contains' is met by whole values alone");
    std::set<std::string> seen;
    std::size_t before = 0;
    std::size_t after = 0;
    std::size_t both = 0;
    for (const yaml::Node* value : item.values) {
      if (!value->is_scalar()) continue;
      const bool is_exact = item.has("re") || item.has("cased") || item.has("base64") || item.has("base64offset");
      if (!seen.insert(is_exact ? value->text : fold_case(value->text)).second)
        warn(value->begin, "duplicate-value", fmt::format("the value '{}' stands twice", value->text));
      if (std::ranges::any_of(value->text,
                              [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; }))
        warn(value->begin, "control-character", "the value holds a control character",
             "an escape such as \\b in double quotes may have been meant as text");
      if (is_pattern) check_pattern(item, *value, before, after, both);
    }
    const std::size_t count = item.values.size();
    if (count == 0 || !item.modifiers.empty() || item.field.empty()) return;
    check_numbers(item);
    const auto use = [&](std::string_view modifier) {
      warn(item.key->begin, "wildcard-for-modifier", fmt::format("wildcards do what the modifier '{}' says", modifier),
           fmt::format("write '{}|{}' and leave the wildcards out", item.field, modifier));
    };
    if (both == count) {
      use("contains");
    } else if (after == count) {
      use("startswith");
    } else if (before == count) {
      use("endswith");
    }
  }

  void check_pattern(const TextItem& item, const yaml::Node& value, std::size_t& before, std::size_t& after,
                     std::size_t& both) {
    if (value.text.find("**") != std::string::npos && value.text.find("\\**") == std::string::npos)
      warn(value.begin, "double-wildcard", "two wildcards in a row do what one does");
    const Wildcards wildcards = wildcards_of(value.text);
    const bool has_before = wildcards.before && (item.has("contains") || item.has("endswith"));
    const bool has_after = wildcards.after && (item.has("contains") || item.has("startswith"));
    if ((has_before || has_after) && value.text.size() > 1)
      warn(value.begin, "wildcard-beside-modifier",
           fmt::format("the wildcard at the {} is what the modifier stands for", has_before ? "begin" : "end"),
           "leave it out");
    if (value.text.size() > 2 && !wildcards.inside) {
      both += wildcards.before && wildcards.after ? 1 : 0;
      after += !wildcards.before && wildcards.after ? 1 : 0;
      before += wildcards.before && !wildcards.after ? 1 : 0;
    }
  }

  /// A list of texts may hold one that looks like a number; all of them are more likely numbers.
  void check_numbers(const TextItem& item) {
    const auto is_quoted_number = [](const yaml::Node* value) {
      return value->quoted && !value->text.empty() && value->text.size() < 16 && value->text[0] != '0' &&
             value->text.find_first_not_of("0123456789") == std::string::npos;
    };
    if (!std::ranges::all_of(item.values, is_quoted_number)) return;
    warn(item.values.front()->begin, "number-as-string",
         fmt::format("the number '{}' stands in quotes", item.values.front()->text),
         "both match; without quotes it says what it is");
  }

  void check_field(const TextItem& item) {
    if (item.field.empty()) return;
    const std::vector<std::string>* known = fields_.of(query_);
    if (known == nullptr || std::ranges::find(*known, item.field) != known->end()) return;
    const std::string near = nearest_name(item.field, {known->begin(), known->end()});
    warn(item.key->begin, "foreign-field",
         fmt::format("events of {}/{} have no field '{}'", query_.product, query_.category, item.field),
         near.empty() ? "" : fmt::format("did you mean '{}'?", near));
  }

  const SigmaDocument& document_;
  const yaml::Node& root_;
  Problems problems_;
  const AttackTags& tags_;
  const KnownFields& fields_;
  const event::Schema& schema_;
  event::LogSourceQuery query_;
};

}  // namespace

Result<AttackTags> AttackTags::load(const std::string& path) {
  TRY(const yaml::Node root, load_yaml(path));
  AttackTags out;
  const auto take = [&](const std::string& id) {
    const std::string lower = ascii_lower(id);
    out.ids_.insert(lower);
    if (is_id(lower)) {
      std::uint64_t& highest = out.highest_[lower[0]];
      highest = std::max(highest, number_of(lower));
    }
  };
  for (const std::string_view key :
       {"tactics", "tactic_ids", "techniques", "groups", "software", "campaigns", "revoked", "deprecated"}) {
    const yaml::Node* part = root.find(key);
    if (part == nullptr) {
      return fail(ErrorCode::invalid, fmt::format("the table of ATT&CK tags has no '{}'", key),
                  yaml::where_of(root, path));
    }
    for (const yaml::Node& item : part->items) {
      if (key == "tactics") {
        out.tactics_.insert(item.text);
      } else if (key == "deprecated") {
        out.revoked_.emplace(ascii_lower(item.text), "");
      } else {
        take(item.text);
      }
    }
    for (const yaml::Pair& pair : part->pairs) {
      if (key == "revoked") {
        out.revoked_.emplace(ascii_lower(pair.key.text), ascii_lower(pair.value.text));
        continue;
      }
      take(pair.key.text);
      for (const yaml::Node& sub : pair.value.items)
        take(fmt::format("{}.{:03}", pair.key.text, sub.as_int().value_or(0)));
    }
  }
  return out;
}

std::pair<std::string, std::string> AttackTags::problem_of(std::string_view tag) const {
  const std::string name(tag);
  if (tactics_.contains(name) || ids_.contains(name)) return {};
  if (const auto revoked = revoked_.find(name); revoked != revoked_.end()) {
    return {fmt::format("ATT&CK has withdrawn '{}'", name),
            revoked->second.empty() ? "" : fmt::format("it is now '{}'", revoked->second)};
  }
  if (is_id(tag)) {
    const auto highest = highest_.find(tag[0]);
    const std::uint64_t number = number_of(tag);
    if (highest != highest_.end() && number > highest->second && number <= highest->second + kYounger) return {};
    return {fmt::format("ATT&CK has no '{}'", name), ""};
  }
  if (tag.starts_with("ds") || tag.starts_with("dc")) return {};
  const std::string near = nearest_name(tag, {tactics_.begin(), tactics_.end()});
  return {fmt::format("ATT&CK has no tactic '{}'", name), near.empty() ? "" : fmt::format("did you mean '{}'?", near)};
}

Result<KnownFields> KnownFields::load(const std::string& path) {
  TRY(const yaml::Node root, load_yaml(path));
  KnownFields out;
  const yaml::Node* common = root.find("common");
  const yaml::Node* categories = root.find("categories");
  if (common == nullptr || categories == nullptr) {
    return fail(ErrorCode::invalid, "the table of fields has no 'common' or 'categories'", yaml::where_of(root, path));
  }
  for (const yaml::Pair& pair : categories->pairs) {
    std::vector<std::string>& fields = out.by_category_[pair.key.text];
    for (const yaml::Node* list : {common, &pair.value}) {
      for (const yaml::Node& field : list->items) fields.push_back(field.text);
    }
  }
  return out;
}

const std::vector<std::string>* KnownFields::of(const event::LogSourceQuery& query) const {
  const auto found = by_category_.find(query.category);
  return query.product == "windows" && found != by_category_.end() ? &found->second : nullptr;
}

Result<RuleLinter> RuleLinter::load(const std::string& packs, const event::Schema& schema) {
  TRY(AttackTags tags, AttackTags::load(packs + "/lint/attack-tags.yml"));
  TRY(KnownFields fields, KnownFields::load(packs + "/lint/fields.yml"));
  return RuleLinter(std::move(tags), std::move(fields), schema);
}

std::vector<Diagnostic> RuleLinter::check(std::string_view text, const std::string& path,
                                          const Placeholders& placeholders) {
  RuleFile file = parse_sigma(text, path, placeholders);
  std::vector<Diagnostic> out = std::move(file.warnings);
  for (RuleFile::Rejected& rejected : file.rejected) std::ranges::move(rejected.problems, std::back_inserter(out));
  for (const SigmaDocument& document : parse_documents(text, path).documents)
    std::ranges::move(DocumentLint(document, path, tags_, fields_, *schema_).run(), std::back_inserter(out));
  const auto unique = [&](const SigmaHead& head, std::unordered_map<std::string, std::string>& places,
                          const std::string& value, std::string_view what) {
    if (value.empty()) return;
    const auto [known, is_new] = places.emplace(ascii_lower(value), fmt::format("{}:{}", path, head.mark.line));
    if (is_new) return;
    out.push_back({Severity::warning,
                   fmt::format("lint/duplicate-{}", what),
                   fmt::format("the {} '{}' is also that of {}", what, value, known->second),
                   {path, head.mark.offset, head.mark.line, head.mark.column},
                   {},
                   {}});
  };
  const auto take = [&](const SigmaHead& head) {
    unique(head, id_places_, head.id, "id");
    unique(head, title_places_, head.title, "title");
  };
  for (const SigmaRule& rule : file.rules) {
    take(rule);
    heads_.push_back(rule);
  }
  for (const SigmaFilter& filter : file.filters) take(filter);
  for (SigmaCorrelation& correlation : file.correlations) {
    take(correlation);
    correlations_.push_back(std::move(correlation));
  }
  std::ranges::stable_sort(out, {}, [](const Diagnostic& problem) { return problem.where.line; });
  return out;
}

std::vector<Diagnostic> RuleLinter::finish() {
  std::vector<const SigmaHead*> heads;
  for (const SigmaHead& head : heads_) heads.push_back(&head);
  CorrelationPlan plan = plan_correlations(heads, std::move(correlations_));
  std::vector<Diagnostic> out = std::move(plan.warnings);
  for (CorrelationPlan::Rejected& rejected : plan.rejected) {
    // The rule may stand in a file that was not checked along; a circle stays one.
    if (rejected.problem.rule == "sigma/unknown-rule") {
      rejected.problem.severity = Severity::warning;
      rejected.problem.hint += rejected.problem.hint.starts_with("did") ? "" : "; here, check its file along";
    }
    out.push_back(std::move(rejected.problem));
  }
  correlations_.clear();
  return out;
}

}  // namespace tocsin::detect
