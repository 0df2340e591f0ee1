#include "detect/rule_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/bytes.h"
#include "detect/naive.h"
#include "detect/sigma_filter.h"

namespace tocsin::detect {

namespace {

/// The order of everything: whatever order the files came in.
auto place_of(const SigmaHead& head) { return std::tie(head.id, head.title, head.path, head.mark.offset); }

}  // namespace

Status RuleSet::add_files(const std::vector<std::string>& paths) {
  unlink();
  TRY(const FileList list, list_files(paths));
  for (const FileList::Skipped& skipped : list.skipped) {
    rejected_.push_back(
        {.path = skipped.path, .line = 0, .column = 0, .rule = {}, .error = skipped.reason, .hint = {}});
  }
  for (const std::string& path : list.files) {
    const bool is_given = std::ranges::find(paths, path) != paths.end();
    if (!is_given && !path.ends_with(".yml") && !path.ends_with(".yaml")) continue;
    const Result<PaddedBytes> bytes = read_file(path);
    if (!bytes) {
      ++rejected_count_;
      rejected_.push_back({path, 0, 0, {}, bytes.error().message, bytes.error().hint});
      continue;
    }
    add(bytes->view(), path);
  }
  return {};
}

void RuleSet::add(std::string_view text, const std::string& path) {
  unlink();
  RuleFile file = parse_sigma(text, path, placeholders_);
  for (RuleFile::Rejected& rejected : file.rejected) reject(std::move(rejected), path);
  warnings_.insert(warnings_.end(), file.warnings.begin(), file.warnings.end());
  for (SigmaRule& rule : file.rules) {
    for (std::string& unknown : schema_.unknown_names(rule.log_source)) {
      warn(rule, "sigma/unknown-logsource", std::move(unknown) + ": no record is of this log source");
    }
    warn_of_repeated_id(rule);
    rules_.push_back(std::move(rule));
  }
  std::ranges::move(file.filters, std::back_inserter(filters_));
  for (SigmaCorrelation& correlation : file.correlations) {
    warn_of_repeated_id(correlation);
    correlations_.push_back(std::move(correlation));
  }
}

void RuleSet::warn_of_repeated_id(const SigmaHead& head) {
  if (head.id.empty()) return;
  const auto [known, is_new] = path_of_id_.emplace(head.id, head.path);
  if (!is_new)
    warn(head, "sigma/repeated-id", fmt::format("the id {} is also that of a rule in {}", head.id, known->second));
}

void RuleSet::link() {
  if (linked_) return;
  linked_ = {rejected_.size(), warnings_.size(), rejected_count_};
  std::ranges::sort(rules_, {}, place_of);
  std::ranges::sort(filters_, {}, place_of);
  std::ranges::sort(correlations_, {}, place_of);
  apply_filters();
  plan();
  for (SigmaRule& rule : rules_) bind_rule(rule, schema_);
}

void RuleSet::unlink() {
  if (!linked_) return;
  for (SigmaRule& rule : rules_) remove_filters(rule);
  rejected_.resize(linked_->rejected);
  warnings_.resize(linked_->warnings);
  rejected_count_ = linked_->rejected_count;
  linked_.reset();
}

void RuleSet::apply_filters() {
  for (const SigmaFilter& filter : filters_) {
    std::vector<bool> is_met(filter.rules.size());
    bool is_used = false;
    for (SigmaRule& rule : rules_) {
      for (std::size_t i = 0; i < filter.rules.size(); ++i) {
        if (names(filter.rules[i], rule)) is_met[i] = true;
      }
      if (!is_for(filter, rule)) continue;
      add_filter(rule, filter);
      is_used = true;
    }
    for (std::size_t i = 0; i < filter.rules.size(); ++i) {
      if (!is_met[i])
        warn(
            filter, "sigma/filter-without-rules",
            fmt::format("the filter '{}' is for the rule '{}', which is not here", filter.title, filter.rules[i].text));
    }
    const bool knows_all = std::ranges::all_of(is_met, [](bool met) { return met; });
    if (!is_used && knows_all)
      warn(filter, "sigma/filter-logsource",
           fmt::format("the log source of the filter '{}' covers none of its rules", filter.title));
  }
}

void RuleSet::plan() {
  std::vector<const SigmaHead*> heads;
  for (const SigmaRule& rule : rules_) heads.push_back(&rule);
  plan_ = plan_correlations(heads, correlations_);
  warnings_.insert(warnings_.end(), plan_.warnings.begin(), plan_.warnings.end());
  for (const CorrelationPlan::Rejected& rejected : plan_.rejected) {
    reject({rejected.rule.id.empty() ? rejected.rule.title : rejected.rule.id, {rejected.problem}}, rejected.rule.path);
  }
}

void RuleSet::reject(RuleFile::Rejected rejected, const std::string& path) {
  ++rejected_count_;
  for (Diagnostic& problem : rejected.problems) {
    if (problem.severity != Severity::error) continue;
    rejected_.push_back({.path = path,
                         .line = problem.where.line,
                         .column = problem.where.column,
                         .rule = rejected.rule,
                         .error = std::move(problem.message),
                         .hint = std::move(problem.hint)});
  }
}

void RuleSet::warn(const SigmaHead& head, std::string id, std::string message) {
  const Where where{head.path, head.mark.offset, head.mark.line, head.mark.column};
  warnings_.push_back({Severity::warning, std::move(id), std::move(message), where, {}, {}});
}

}  // namespace tocsin::detect
