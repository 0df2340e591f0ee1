#include "detect/sigma_correlation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/unicode.h"
#include "detect/sigma_condition.h"
#include "detect/sigma_reader.h"

namespace tocsin::detect {

namespace {

constexpr std::array<std::string_view, 8> kTypes = {"event_count", "value_count",      "value_sum",
                                                    "value_avg",   "value_percentile", "value_median",
                                                    "temporal",    "temporal_ordered"};
constexpr std::array<std::string_view, 6> kComparisons = {"eq", "neq", "lt", "lte", "gt", "gte"};
const std::vector<std::string_view> kKeys = {"type",    "rules",    "group-by",  "timespan",
                                             "aliases", "generate", "condition", "field"};

bool is_temporal(CorrelationType type) {
  return type == CorrelationType::temporal || type == CorrelationType::temporal_ordered;
}
bool needs_field(CorrelationType type) { return type != CorrelationType::event_count && !is_temporal(type); }

class CorrelationReader {
 public:
  explicit CorrelationReader(SigmaReader& reader)
      : reader_(reader), problems_(reader.problems()), node_(*reader.document().find("correlation")) {}

  void read(RuleFile& file) {
    static_cast<SigmaHead&>(out_) = reader_.read_head();
    if (node_.is_mapping()) {
      reader_.warn_of_slips(node_, kKeys, "a correlation");
      read_type();
      read_rules();
      read_group_by();
      read_timespan();
      read_aliases();
      read_condition();
      read_generate();
      if (is_typed_ && out_.type == CorrelationType::temporal_ordered && !has_errors(problems_.all())) find_sequences();
    } else {
      problems_.error(node_.begin, "sigma/wrong-type", "'correlation' must map type, rules, timespan and condition");
    }
    for (const std::string_view key : {"detection", "logsource"}) {
      if (reader_.document().find(key) == nullptr) continue;
      problems_.error(SigmaReader::key_mark(reader_.document(), key), "sigma/correlation-key",
                      fmt::format("a correlation has no '{}'", key), "the rules that it names have; write it there");
    }
    if (file.take_problems(out_, problems_.take())) file.correlations.push_back(std::move(out_));
  }

 private:
  void missing(std::string_view key, std::string hint) {
    problems_.error(node_.begin, "sigma/correlation-without", fmt::format("the correlation has no '{}'", key),
                    std::move(hint));
  }

  void read_type() {
    const yaml::Node* type = node_.find("type");
    if (type == nullptr) return missing("type", fmt::format("one of {}", fmt::join(kTypes, ", ")));
    const auto* found = std::ranges::find(kTypes, ascii_lower(type->text));
    if (!type->is_scalar() || found == kTypes.end()) {
      const std::string near = nearest_name(type->text, {kTypes.begin(), kTypes.end()});
      return problems_.error(
          type->begin, "sigma/unknown-word", fmt::format("unknown correlation type '{}'", type->text),
          near.empty() ? fmt::format("one of {}", fmt::join(kTypes, ", ")) : fmt::format("did you mean '{}'?", near));
    }
    out_.type = static_cast<CorrelationType>(found - kTypes.begin());
    is_typed_ = true;
  }

  /// A text or a list of texts.
  std::vector<const yaml::Node*> one_or_more(const yaml::Node& node, std::string_view key) {
    std::vector<const yaml::Node*> out;
    const auto add = [&](const yaml::Node& one) {
      if (one.is_scalar() && !one.text.empty()) return out.push_back(&one);
      problems_.error(one.begin, "sigma/wrong-type", fmt::format("'{}' must be a name or a list of names", key));
    };
    if (node.is_sequence()) {
      for (const yaml::Node& item : node.items) add(item);
    } else {
      add(node);
    }
    return out;
  }

  void read_rules() {
    const yaml::Node* rules = node_.find("rules");
    if (rules == nullptr) {
      const yaml::Node* condition = node_.find("condition");
      const bool names_them = condition != nullptr && condition->is_scalar() && !condition->is_null();
      if (!names_them) missing("rules", "the ids or names of rules");
      return;
    }
    for (const yaml::Node* rule : one_or_more(*rules, "rules")) add_rule(rule->text, rule->begin);
    if (rules->is_sequence() && rules->items.empty())
      problems_.error(rules->begin, "sigma/no-values", "'rules' is an empty list");
  }

  void add_rule(const std::string& text, const yaml::Mark& mark) {
    if (std::ranges::find(out_.rules, text, &Reference::text) != out_.rules.end()) {
      return problems_.warning(mark, "sigma/repeated-reference", fmt::format("the rule '{}' is named twice", text));
    }
    if (out_.rules.size() == kMaxCorrelatedRules) {
      return problems_.error(mark, "sigma/too-many-rules",
                             fmt::format("a correlation may name {} rules", kMaxCorrelatedRules));
    }
    out_.rules.push_back({text, mark});
  }

  void read_group_by() {
    const yaml::Node* group_by = node_.find("group-by");
    if (group_by == nullptr || group_by->is_null()) return;
    for (const yaml::Node* field : one_or_more(*group_by, "group-by")) {
      if (std::ranges::find(out_.group_by, field->text) != out_.group_by.end()) {
        problems_.warning(field->begin, "sigma/repeated-reference",
                          fmt::format("the field '{}' is named twice", field->text));
      } else if (out_.group_by.size() == kMaxGroupFields) {
        problems_.error(field->begin, "sigma/too-many-fields",
                        fmt::format("a correlation may group by {} fields", kMaxGroupFields));
      } else {
        out_.group_by.push_back(field->text);
      }
    }
  }

  void read_timespan() {
    constexpr std::string_view kHint = "a number and a unit: s m h d w, M for months, y for years; e.g. 90m";
    const yaml::Node* timespan = node_.find("timespan");
    if (timespan == nullptr) return missing("timespan", std::string(kHint));
    const auto seconds = timespan->is_scalar() ? parse_timespan(timespan->text) : std::nullopt;
    if (!seconds) {
      return problems_.error(timespan->begin, "sigma/bad-timespan", fmt::format("'{}' is no timespan", timespan->text),
                             std::string(kHint));
    }
    out_.timespan = *seconds;
    out_.timespan_text = timespan->text;
  }

  void read_aliases() {
    const yaml::Node* aliases = node_.find("aliases");
    if (aliases == nullptr || aliases->is_null()) return;
    if (!aliases->is_mapping())
      return problems_.error(aliases->begin, "sigma/wrong-type", "'aliases' must map names to the fields of rules");
    for (const yaml::Pair& pair : aliases->pairs) {
      SigmaCorrelation::Alias alias{pair.key.text, {}};
      if (!pair.value.is_mapping() || pair.value.pairs.empty()) {
        problems_.error(pair.value.begin, "sigma/wrong-type",
                        fmt::format("the alias '{}' must map rules to fields", pair.key.text));
        continue;
      }
      for (const yaml::Pair& of : pair.value.pairs) {
        if (!of.value.is_scalar() || of.value.text.empty()) {
          problems_.error(of.value.begin, "sigma/wrong-type", "an alias stands for one field of a rule");
          continue;
        }
        alias.of.push_back({{of.key.text, of.key.begin}, of.value.text});
      }
      out_.aliases.push_back(std::move(alias));
    }
  }

  void read_condition() {
    const yaml::Node* condition = node_.find("condition");
    if (condition == nullptr || condition->is_null()) {
      if (!is_typed_) return;
      if (!is_temporal(out_.type)) return missing("condition", "e.g. 'condition: {gte: 10}'");
      out_.bounds.push_back({Bound::Comparison::gte, static_cast<Fixed>(out_.rules.size()) << kFixedBits});
      out_.condition_text = fmt::format("all {} rules", out_.rules.size());
    } else if (condition->is_mapping()) {
      read_bounds(*condition);
    } else if (condition->is_scalar()) {
      read_expression(*condition);
    } else {
      problems_.error(condition->begin, "sigma/wrong-type", "'condition' must be a mapping or a condition over rules");
    }
  }

  void read_bounds(const yaml::Node& condition) {
    const yaml::Node* field = condition.find("field");
    const yaml::Node* outside = node_.find("field");  // as the rules before 2.0 wrote it
    if (field == nullptr) field = outside;
    for (const yaml::Pair& pair : condition.pairs) {
      if (pair.key.text == "field" || pair.key.text == "percentile") continue;
      const auto* found = std::ranges::find(kComparisons, pair.key.text);
      if (found == kComparisons.end()) {
        problems_.error(pair.key.begin, "sigma/unknown-word", fmt::format("'{}' is no comparison", pair.key.text),
                        fmt::format("{}, field or percentile", fmt::join(kComparisons, ", ")));
        continue;
      }
      const auto number = pair.value.is_scalar() ? parse_fixed(pair.value.text) : std::nullopt;
      if (!number) {
        problems_.error(pair.value.begin, "sigma/wrong-type", fmt::format("'{}' needs a number", pair.key.text));
        continue;
      }
      out_.bounds.push_back({static_cast<Bound::Comparison>(found - kComparisons.begin()), *number});
      out_.condition_text +=
          fmt::format("{}{} {}", out_.condition_text.empty() ? "" : " and ", pair.key.text, pair.value.text);
    }
    if (condition.pairs.empty() || (out_.bounds.empty() && out_.condition_text.empty() && !has_bad_bound(condition))) {
      problems_.error(condition.begin, "sigma/no-bound", "the condition compares with nothing",
                      fmt::format("one or more of {}", fmt::join(kComparisons, ", ")));
    }
    if (!is_typed_) return;
    read_value_fields(condition, field);
    read_percentile(condition);
    warn_of_low_bounds(condition);
  }

  static bool has_bad_bound(const yaml::Node& condition) {
    return std::ranges::any_of(condition.pairs, [](const yaml::Pair& pair) {
      return pair.key.text != "field" && pair.key.text != "percentile";
    });
  }

  void read_value_fields(const yaml::Node& condition, const yaml::Node* field) {
    if (!needs_field(out_.type)) {
      if (field != nullptr) {
        problems_.error(field->begin, "sigma/correlation-key",
                        fmt::format("'{}' counts no field", correlation_type_name(out_.type)), "value_count does");
      }
      return;
    }
    if (field == nullptr) {
      return problems_.error(condition.begin, "sigma/correlation-without",
                             fmt::format("'{}' needs a field in its condition", correlation_type_name(out_.type)),
                             "e.g. 'field: TargetUserName'");
    }
    for (const yaml::Node* name : one_or_more(*field, "field")) out_.value_fields.push_back(name->text);
    if (out_.type != CorrelationType::value_count && out_.value_fields.size() > 1) {
      problems_.error(field->begin, "sigma/too-many-fields",
                      fmt::format("'{}' needs one field", correlation_type_name(out_.type)));
    } else if (out_.value_fields.size() > kMaxGroupFields) {
      problems_.error(field->begin, "sigma/too-many-fields",
                      fmt::format("a correlation may count {} fields together", kMaxGroupFields));
    }
  }

  void read_percentile(const yaml::Node& condition) {
    const yaml::Node* percentile = condition.find("percentile");
    if (out_.type != CorrelationType::value_percentile) {
      if (percentile != nullptr) {
        problems_.error(percentile->begin, "sigma/correlation-key", "only 'value_percentile' has a percentile");
      }
      return;
    }
    if (percentile == nullptr) {
      return problems_.error(condition.begin, "sigma/correlation-without",
                             "'value_percentile' needs a percentile in its condition", "e.g. 'percentile: 95'");
    }
    const auto number = percentile->is_scalar() ? parse_fixed(percentile->text) : std::nullopt;
    if (!number || *number < 0 || *number > (Fixed{100} << kFixedBits)) {
      return problems_.error(percentile->begin, "sigma/bad-value", "'percentile' is a number from 0 to 100");
    }
    // Rounded: 99.9 has no exact binary form.
    out_.percentile = static_cast<std::uint32_t>((*number * 1000 + (Fixed{1} << (kFixedBits - 1))) >> kFixedBits);
  }

  /// A count begins at one, so an upper bound alone is met by the first event of every group.
  void warn_of_low_bounds(const yaml::Node& condition) {
    if (needs_field(out_.type) && out_.type != CorrelationType::value_count) return;
    if (out_.bounds.empty() || has_errors(problems_.all())) return;
    if (!std::ranges::all_of(out_.bounds, [](const Bound& bound) { return bound.holds_for(Fixed{1} << kFixedBits); }))
      return;
    if (std::ranges::none_of(out_.bounds, [](const Bound& bound) {
          return bound.comparison == Bound::Comparison::lt || bound.comparison == Bound::Comparison::lte ||
                 bound.comparison == Bound::Comparison::neq;
        }))
      return;
    problems_.warning(condition.begin, "sigma/met-at-once",
                      "this condition holds as soon as a group has its first event");
  }

  void read_expression(const yaml::Node& condition) {
    if (is_typed_ && !is_temporal(out_.type)) {
      return problems_.error(
          condition.begin, "sigma/wrong-type",
          fmt::format("'{}' needs a mapping as its condition, e.g. {{gte: 10}}", correlation_type_name(out_.type)),
          "conditions over rule names are for temporal and temporal_ordered");
    }
    if (node_.find("rules") == nullptr) take_rules_from(condition);
    ConditionNames names{"rule", {}};
    for (const Reference& rule : out_.rules) names.names.emplace_back(rule.text);
    std::vector<bool> used(out_.rules.size());
    out_.expression = parse_condition(condition, names, used, problems_);
    out_.condition_text = condition.text;
    for (std::size_t i = 0; out_.expression && i < used.size(); ++i) {
      if (used[i]) continue;
      problems_.error(out_.rules[i].mark, "sigma/unused-rule",
                      fmt::format("the condition does not use the rule '{}'", out_.rules[i].text),
                      "leave it out of 'rules'");
    }
  }

  /// Without `rules` the words of the condition that are no operators are the rules, in its order.
  void take_rules_from(const yaml::Node& condition) {
    for (const std::string_view word : condition_words(condition.text)) {
      if (std::ranges::find(out_.rules, word, &Reference::text) == out_.rules.end())
        add_rule(std::string(word), condition.begin);
    }
  }

  /// The condition as sequences: of an expression its alternatives, of bounds every choice of as many rules as they
  /// ask.
  void find_sequences() {
    const yaml::Node* condition = node_.find("condition");
    const yaml::Mark mark = condition == nullptr ? node_.begin : condition->begin;
    auto found = out_.expression ? alternatives(*out_.expression) : choices();
    if (!found || found->size() > kMaxSequences) {
      return problems_.error(mark, "sigma/too-many-sequences",
                             fmt::format("the condition comes to more than {} sequences", kMaxSequences));
    }
    if (found->empty() || std::ranges::any_of(*found, [](const Sequence& one) { return one.present == 0; })) {
      return problems_.error(mark, "sigma/no-sequence",
                             out_.expression ? "the condition can hold without any of its rules, or never"
                                             : "an order of rules is counted upwards: the condition must hold for all "
                                               "of them, and not without any",
                             "e.g. 'gte: 2'");
    }
    out_.sequences = *std::move(found);
  }

  using Sequence = SigmaCorrelation::Sequence;
  using Sequences = std::vector<Sequence>;

  /// Sets of k rules for the least k from which on the bounds hold.
  std::optional<Sequences> choices() const {
    const std::size_t count = out_.rules.size();
    std::size_t least = count + 1;
    for (std::size_t k = count + 1; k-- > 0;) {
      if (!std::ranges::all_of(
              out_.bounds, [&](const Bound& bound) { return bound.holds_for(static_cast<Fixed>(k) << kFixedBits); }))
        break;
      least = k;
    }
    Sequences out;
    if (least > count) return out;
    std::vector<bool> chosen(count);
    std::fill_n(chosen.begin(), least, true);
    do {
      Sequence one;
      for (std::size_t i = 0; i < count; ++i) one.present |= std::uint64_t{chosen[i]} << i;
      out.push_back(one);
      if (out.size() > kMaxSequences) return std::nullopt;
    } while (std::prev_permutation(chosen.begin(), chosen.end()));
    return out;
  }

  /// The disjunctive normal form; each step keeps that of its negation too, for `not`.
  static std::optional<Sequences> alternatives(const Condition& condition) {
    struct Entry {
      Sequences yes, no;
    };
    std::vector<Entry> stack;
    const auto tidy = [](Sequences& all) {
      std::ranges::sort(all);
      all.erase(std::ranges::unique(all).begin(), all.end());
      std::erase_if(all, [&](const Sequence& one) {
        return (one.present & one.absent) != 0 || std::ranges::any_of(all, [&](const Sequence& other) {
                 return other != one && (other.present & one.present) == other.present &&
                        (other.absent & one.absent) == other.absent;
               });
      });
    };
    const auto either = [&](const Sequences& a, const Sequences& b) {
      Sequences out = a;
      out.insert(out.end(), b.begin(), b.end());
      tidy(out);
      return out;
    };
    const auto both = [&](const Sequences& a, const Sequences& b) {
      Sequences out;
      for (const Sequence& left : a) {
        for (const Sequence& right : b) out.push_back({left.present | right.present, left.absent | right.absent});
      }
      tidy(out);
      return out;
    };
    const auto one_rule = [](std::uint32_t index) {
      return Entry{{{std::uint64_t{1} << index, 0}}, {{0, std::uint64_t{1} << index}}};
    };
    for (const ConditionStep& step : condition) {
      switch (step.kind) {
        case ConditionStep::Kind::not_:
          std::swap(stack.back().yes, stack.back().no);
          continue;
        case ConditionStep::Kind::detection:
          stack.push_back(one_rule(step.detections.front()));
          continue;
        case ConditionStep::Kind::and_:
        case ConditionStep::Kind::or_: {
          const Entry right = std::move(stack.back());
          stack.pop_back();
          Entry& left = stack.back();
          const bool is_and = step.kind == ConditionStep::Kind::and_;
          left = {is_and ? both(left.yes, right.yes) : either(left.yes, right.yes),
                  is_and ? either(left.no, right.no) : both(left.no, right.no)};
          break;
        }
        case ConditionStep::Kind::any_of:
        case ConditionStep::Kind::all_of: {
          Entry all = one_rule(step.detections.front());
          for (std::size_t i = 1; i < step.detections.size(); ++i) {
            const Entry next = one_rule(step.detections[i]);
            const bool is_all = step.kind == ConditionStep::Kind::all_of;
            all = {is_all ? both(all.yes, next.yes) : either(all.yes, next.yes),
                   is_all ? either(all.no, next.no) : both(all.no, next.no)};
          }
          stack.push_back(std::move(all));
          break;
        }
      }
      if (stack.back().yes.size() > kMaxSequences || stack.back().no.size() > kMaxSequences) return std::nullopt;
    }
    return stack.back().yes;
  }

  void read_generate() {
    for (const yaml::Node* in : {&reader_.document(), &node_}) {
      const yaml::Node* generate = in->find("generate");
      if (generate == nullptr || generate->is_null()) continue;
      const auto value = generate->is_scalar() && !generate->quoted ? generate->as_bool() : std::nullopt;
      if (!value) {
        problems_.error(generate->begin, "sigma/wrong-type", "'generate' must be true or false");
      } else {
        out_.generate |= *value;
      }
    }
  }

  SigmaReader& reader_;
  Problems& problems_;
  const yaml::Node& node_;
  SigmaCorrelation out_;
  bool is_typed_ = false;
};

}  // namespace

std::string_view correlation_type_name(CorrelationType type) { return kTypes[static_cast<std::size_t>(type)]; }

bool Bound::holds_for(Fixed number) const {
  switch (comparison) {
    case Comparison::eq:
      return number == value;
    case Comparison::neq:
      return number != value;
    case Comparison::lt:
      return number < value;
    case Comparison::lte:
      return number <= value;
    case Comparison::gt:
      return number > value;
    case Comparison::gte:
      return number >= value;
  }
  return false;
}

std::optional<Fixed> parse_fixed(std::string_view text) {
  const auto number = parse_number(text);
  if (!number) return std::nullopt;
  constexpr std::int64_t kMost = 1'000'000'000'000'000'000;
  if (number->is_integer) {
    if (number->integer > kMost || number->integer < -kMost) return std::nullopt;
    return static_cast<Fixed>(number->integer) << kFixedBits;
  }
  if (!(number->real <= static_cast<double>(kMost) && number->real >= -static_cast<double>(kMost))) return std::nullopt;
  return static_cast<Fixed>(number->real * static_cast<double>(std::uint64_t{1} << kFixedBits));
}

std::string print_fixed(Fixed value) {
  const bool negative = value < 0;
  Fixed rest = negative ? -value : value;
  constexpr std::uint64_t kScale = 1'000'000'000;
  constexpr Fixed kUnit = Fixed{1} << kFixedBits;
  auto whole = rest >> kFixedBits;
  auto fraction = static_cast<std::uint64_t>(((rest & (kUnit - 1)) * kScale + (kUnit >> 1)) >> kFixedBits);
  if (fraction == kScale) {
    ++whole;
    fraction = 0;
  }
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(whole % 10)));
    whole /= 10;
  } while (whole > 0);
  if (fraction != 0) {
    digits += fmt::format(".{:09}", fraction);
    while (digits.back() == '0') digits.pop_back();
  }
  return (negative && digits != "0" ? "-" : "") + digits;
}

std::optional<std::chrono::seconds> parse_timespan(std::string_view text) {
  struct Unit {
    char letter;
    std::int64_t seconds;
  };
  constexpr Unit kUnits[] = {{'s', 1},       {'m', 60},        {'h', 3600},      {'d', 86'400},
                             {'w', 604'800}, {'M', 2'629'746}, {'y', 31'556'952}};
  constexpr std::int64_t kMost = 250 * std::int64_t{31'556'952};
  if (text.size() < 2 || text.size() > 12) return std::nullopt;
  std::int64_t count = 0;
  for (const char c : text.substr(0, text.size() - 1)) {
    if (c < '0' || c > '9') return std::nullopt;
    count = count * 10 + (c - '0');
  }
  const auto* unit = std::ranges::find(kUnits, text.back(), &Unit::letter);
  if (unit == std::end(kUnits) || count == 0 || count > kMost / unit->seconds) return std::nullopt;
  return std::chrono::seconds(count * unit->seconds);
}

void read_correlation(SigmaReader& reader, RuleFile& file) { CorrelationReader(reader).read(file); }

}  // namespace tocsin::detect
