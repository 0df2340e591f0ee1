#include "detect/correlation_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "base/unicode.h"

namespace tocsin::detect {

namespace {

/// A rule or a correlation, by its index among its kind.
struct Target {
  bool is_correlation = false;
  std::uint32_t index = 0;
  auto operator<=>(const Target&) const = default;
};

class Planner {
 public:
  Planner(const std::vector<const SigmaHead*>& rules, std::vector<SigmaCorrelation> correlations)
      : rules_(rules),
        correlations_(std::move(correlations)),
        targets_(correlations_.size()),
        is_out_(correlations_.size()) {
    plan_.rules.resize(rules.size());
    for (std::uint32_t i = 0; i < rules.size(); ++i) index(*rules[i], {false, i});
    for (std::uint32_t i = 0; i < correlations_.size(); ++i) index(correlations_[i], {true, i});
  }

  CorrelationPlan plan() {
    for (std::uint32_t i = 0; i < correlations_.size(); ++i) resolve(i);
    spread_rejection();
    order();
    spread_rejection();
    std::erase_if(order_, [&](std::uint32_t i) { return is_out_[i]; });
    place_.resize(correlations_.size());
    for (std::uint32_t at = 0; at < order_.size(); ++at) place_[order_[at]] = at;
    for (const std::uint32_t i : order_) find_roots(i);
    for (const std::uint32_t i : order_) connect(i);
    hide();
    finish();
    return std::move(plan_);
  }

 private:
  void index(const SigmaHead& head, Target target) {
    if (!head.id.empty()) by_id_[ascii_lower(head.id)].push_back(target);
    if (!head.name.empty()) by_name_[head.name].push_back(target);
  }
  const SigmaHead& head_of(Target target) const {
    return target.is_correlation ? correlations_[target.index] : *rules_[target.index];
  }

  void reject(std::uint32_t correlation, const yaml::Mark& mark, std::string id, std::string message,
              std::string hint = {}) {
    if (is_out_[correlation]) return;
    is_out_[correlation] = true;
    const Where where{correlations_[correlation].path, mark.offset, mark.line, mark.column};
    problems_[correlation] = {Severity::error, std::move(id), std::move(message), where, {}, std::move(hint)};
  }

  /// The targets of every reference, or a rejection.
  void resolve(std::uint32_t i) {
    const SigmaCorrelation& correlation = correlations_[i];
    targets_[i].resize(correlation.rules.size());
    for (std::size_t k = 0; k < correlation.rules.size(); ++k) {
      const Reference& reference = correlation.rules[k];
      targets_[i][k] = targets_of(reference, correlation.path);
      if (targets_[i][k].empty()) {
        std::vector<std::string_view> known;
        for (const auto& [name, targets] : by_name_) known.emplace_back(name);
        const std::string near = nearest_name(reference.text, known);
        return reject(i, reference.mark, "sigma/unknown-rule",
                      fmt::format("no rule has the id or name '{}'", reference.text),
                      near.empty() ? "load it with the correlation" : fmt::format("did you mean '{}'?", near));
      }
      if (targets_[i][k].size() > 1 && !by_id_.contains(ascii_lower(reference.text))) {
        return reject(i, reference.mark, "sigma/ambiguous-name",
                      fmt::format("{} rules are named '{}'", targets_[i][k].size(), reference.text), "refer to its id");
      }
      for (std::size_t earlier = 0; earlier < k; ++earlier) {
        const auto is_known = [&](Target target) {
          return std::ranges::find(targets_[i][earlier], target) != targets_[i][earlier].end();
        };
        if (!std::ranges::any_of(targets_[i][k], is_known)) continue;
        return reject(i, reference.mark, "sigma/repeated-rule",
                      fmt::format("'{}' and '{}' are the same rule", correlation.rules[earlier].text, reference.text),
                      "name it once");
      }
    }
  }

  std::vector<Target> targets_of(const Reference& reference, const std::string& path) const {
    if (const auto found = by_id_.find(ascii_lower(reference.text)); found != by_id_.end()) return found->second;
    const auto found = by_name_.find(reference.text);
    if (found == by_name_.end()) return {};
    std::vector<Target> near;
    std::ranges::copy_if(found->second, std::back_inserter(near),
                         [&](Target target) { return head_of(target).path == path; });
    return near.empty() ? found->second : near;
  }

  /// What refers to a rejected correlation is rejected too.
  void spread_rejection() {
    for (bool changed = true; changed;) {
      changed = false;
      for (std::uint32_t i = 0; i < correlations_.size(); ++i) {
        if (is_out_[i]) continue;
        for (std::size_t k = 0; k < targets_[i].size() && !is_out_[i]; ++k) {
          for (const Target target : targets_[i][k]) {
            if (!target.is_correlation || !is_out_[target.index]) continue;
            reject(i, correlations_[i].rules[k].mark, "sigma/rejected-rule",
                   fmt::format("the correlation '{}', to which this one refers, is rejected",
                               correlations_[i].rules[k].text));
            changed = true;
            break;
          }
        }
      }
    }
  }

  /// Kahn's order; what is left over goes round in a circle or leads into one.
  void order() {
    std::vector<std::size_t> waits(correlations_.size());
    std::vector<std::vector<std::uint32_t>> fed(correlations_.size());
    std::vector<std::size_t> depth(correlations_.size(), 1);
    for (std::uint32_t i = 0; i < correlations_.size(); ++i) {
      if (is_out_[i]) continue;
      for (const auto& targets : targets_[i]) {
        for (const Target target : targets) {
          if (!target.is_correlation) continue;
          ++waits[i];
          fed[target.index].push_back(i);
        }
      }
    }
    for (std::uint32_t i = 0; i < correlations_.size(); ++i) {
      if (!is_out_[i] && waits[i] == 0) order_.push_back(i);
    }
    for (std::size_t at = 0; at < order_.size(); ++at) {
      for (const std::uint32_t next : fed[order_[at]]) {
        depth[next] = std::max(depth[next], depth[order_[at]] + 1);
        if (--waits[next] == 0) order_.push_back(next);
      }
    }
    for (const std::uint32_t i : order_) {
      if (depth[i] > kMaxCorrelationDepth) {
        reject(i, correlations_[i].mark, "sigma/too-deep",
               fmt::format("correlations of correlations go {} deep at most", kMaxCorrelationDepth));
      }
    }
    for (std::uint32_t i = 0; i < correlations_.size(); ++i) {
      if (!is_out_[i] && waits[i] > 0) reject_circle(i, waits);
    }
  }

  /// Follows the first correlation that also waits until the way meets itself.
  void reject_circle(std::uint32_t start, const std::vector<std::size_t>& waits) {
    std::vector<std::uint32_t> way = {start};
    for (;;) {
      const std::uint32_t at = way.back();
      std::optional<std::uint32_t> next;
      for (const auto& targets : targets_[at]) {
        for (const Target target : targets) {
          if (!next && target.is_correlation && waits[target.index] > 0) next = target.index;
        }
      }
      if (!next) break;
      if (*next == start) {
        std::string names;
        for (const std::uint32_t one : way) names += fmt::format("'{}' → ", correlations_[one].title);
        return reject(start, correlations_[start].mark, "sigma/circle",
                      fmt::format("the correlation refers to itself: {}'{}'", names, correlations_[start].title));
      }
      if (std::ranges::find(way, *next) != way.end()) break;
      way.push_back(*next);
    }
    reject(start, correlations_[start].mark, "sigma/circle", "the correlation refers to one that refers to itself");
  }

  /// For each rule whose events may come to correlation i: the first input on the way to it.
  void find_roots(std::uint32_t i) {
    auto& roots = roots_[i];
    for (std::uint32_t k = 0; k < targets_[i].size(); ++k) {
      for (const Target target : targets_[i][k]) {
        if (!target.is_correlation) {
          roots.emplace(target.index, k);
        } else {
          for (const auto& [root, input] : roots_[target.index]) roots.emplace(root, k);
        }
      }
    }
  }

  /// A correlation beyond the bound keeps its place in the plan, fed by nothing.
  void connect(std::uint32_t i) {
    if (feeds_ > kMaxFeeds) {
      return reject(i, correlations_[i].mark, "sigma/too-many-rules",
                    fmt::format("all correlations together have more than {} ways for events", kMaxFeeds));
    }
    for (std::uint32_t k = 0; k < targets_[i].size(); ++k) {
      for (const Target target : targets_[i][k]) {
        Feed feed{place_[i], k, {}};
        if (!target.is_correlation) {
          feed.uses.emplace(target.index, uses_of(i, k, target.index));
          plan_.rules[target.index].feeds.push_back(std::move(feed));
        } else {
          for (const auto& [root, input] : roots_[target.index]) feed.uses.emplace(root, uses_of(i, k, root));
          chain_feeds_[target.index].push_back(std::move(feed));
        }
      }
    }
  }

  FieldUse uses_of(std::uint32_t i, std::uint32_t input, std::uint32_t root) {
    ++feeds_;
    FieldUse out;
    for (const std::string& field : correlations_[i].group_by) out.group.push_back(field_of(i, input, root, field));
    for (const std::string& field : correlations_[i].value_fields) out.value.push_back(field_of(i, input, root, field));
    return out;
  }

  std::uint32_t field_of(std::uint32_t i, std::uint32_t input, std::uint32_t root, const std::string& field) {
    const std::string name = resolve_alias(i, input, root, field);
    std::vector<std::string>& fields = plan_.rules[root].fields;
    const auto found = std::ranges::find(fields, name);
    if (found != fields.end()) return static_cast<std::uint32_t>(found - fields.begin());
    fields.push_back(name);
    return static_cast<std::uint32_t>(fields.size() - 1);
  }

  /// The field that an alias stands for, through the aliases of the correlations on the way. Depth: that of the plan.
  std::string resolve_alias(std::uint32_t i, std::uint32_t input, std::uint32_t root, const std::string& field) {
    const SigmaCorrelation& correlation = correlations_[i];
    std::string name = field;
    const auto alias = std::ranges::find(correlation.aliases, field, &SigmaCorrelation::Alias::name);
    if (alias != correlation.aliases.end()) {
      const auto of = std::ranges::find_if(alias->of, [&](const SigmaCorrelation::Alias::Of& one) {
        return one.rule.text == correlation.rules[input].text ||
               targets_of(one.rule, correlation.path) == targets_[i][input];
      });
      if (of != alias->of.end()) {
        name = of->field;
      } else if (told_.insert({i, input, field}).second) {
        const yaml::Mark& mark = correlation.rules[input].mark;
        plan_.warnings.push_back(
            {Severity::warning,
             "sigma/incomplete-alias",
             fmt::format("the alias '{}' names no field of the rule '{}'", field, correlation.rules[input].text),
             {correlation.path, mark.offset, mark.line, mark.column},
             {},
             "a field of that name is used"});
      }
    }
    for (const Target target : targets_[i][input]) {
      if (!target.is_correlation) continue;
      const auto root_input = roots_[target.index].find(root);
      if (root_input != roots_[target.index].end()) return resolve_alias(target.index, root_input->second, root, name);
    }
    return name;
  }

  /// A rule that is referred to shows no matches of its own unless one of those that refer to it says `generate`.
  void hide() {
    std::map<Target, bool> shown;
    for (const std::uint32_t i : order_) {
      for (const auto& targets : targets_[i]) {
        for (const Target target : targets) shown[target] |= correlations_[i].generate;
      }
    }
    for (const auto& [target, is_shown] : shown) {
      if (target.is_correlation) {
        is_hidden_.insert_or_assign(target.index, !is_shown);
      } else {
        plan_.rules[target.index].is_shown = is_shown;
      }
    }
  }

  void finish() {
    for (auto& [i, problem] : problems_) plan_.rejected.push_back({correlations_[i], std::move(problem)});
    for (const std::uint32_t i : order_) {
      const auto hidden = is_hidden_.find(i);
      plan_.correlations.push_back(
          {std::move(correlations_[i]), std::move(chain_feeds_[i]), hidden == is_hidden_.end() || !hidden->second});
    }
  }

  const std::vector<const SigmaHead*>& rules_;
  std::vector<SigmaCorrelation> correlations_;
  std::vector<std::vector<std::vector<Target>>> targets_;  ///< by correlation and input
  std::vector<bool> is_out_;
  std::map<std::uint32_t, Diagnostic> problems_;
  std::map<std::string, std::vector<Target>, std::less<>> by_id_;
  std::map<std::string, std::vector<Target>, std::less<>> by_name_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> place_;  ///< in the plan
  std::map<std::uint32_t, std::map<std::uint32_t, std::uint32_t>> roots_;
  std::map<std::uint32_t, std::vector<Feed>> chain_feeds_;
  std::map<std::uint32_t, bool> is_hidden_;
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::string>> told_;
  std::size_t feeds_ = 0;
  CorrelationPlan plan_;
};

}  // namespace

CorrelationPlan plan_correlations(const std::vector<const SigmaHead*>& rules,
                                  std::vector<SigmaCorrelation> correlations) {
  return Planner(rules, std::move(correlations)).plan();
}

}  // namespace tocsin::detect
