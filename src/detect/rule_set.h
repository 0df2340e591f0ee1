#pragma once

// All rules of a hunt: files in, rules with their filters out, in an order that does not depend on that of the files.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "detect/correlation_plan.h"
#include "detect/sigma_rule.h"
#include "event/schema.h"
#include "record/match.h"

namespace tocsin::detect {

/// First everything is added, then linked, then looked at; adding more asks for linking again. One thread; the schema
/// must outlive it.
class RuleSet {
 public:
  explicit RuleSet(event::Schema& schema) : schema_(schema) {}

  /// Values for placeholders; of rules that are added later.
  void set_placeholders(Placeholders placeholders) { placeholders_ = std::move(placeholders); }
  /// Every *.yml and *.yaml under `paths` (files as given, folders recursively). Rules that cannot be used are in
  /// rejected(), never an error.     errors: not_found, io
  Status add_files(const std::vector<std::string>& paths);
  /// The documents of one file's text.
  void add(std::string_view text, const std::string& path);

  /// Lays the filters over their rules, connects the correlations and brings the rules into order. Does nothing when
  /// nothing was added since.
  void link();
  bool is_linked() const { return linked_.has_value(); }

  /// Bound to the schema, by id, title and place.
  const std::vector<SigmaRule>& rules() const { return rules_; }
  /// Correlations over rules(), by their indices.
  const CorrelationPlan& correlations() const { return plan_; }
  /// Rules and correlations.
  std::uint64_t loaded() const { return rules_.size() + plan_.correlations.size(); }
  std::uint64_t rejected_count() const { return rejected_count_; }
  /// One record a problem: a rejected rule with three problems has three.
  const std::vector<record::RejectedRule>& rejected() const { return rejected_; }
  /// What is odd in what was taken.
  const std::vector<Diagnostic>& warnings() const { return warnings_; }

 private:
  void unlink();
  void reject(RuleFile::Rejected rejected, const std::string& path);
  void warn(const SigmaHead& head, std::string id, std::string message);
  void warn_of_repeated_id(const SigmaHead& head);
  void apply_filters();
  void plan();

  event::Schema& schema_;
  Placeholders placeholders_;
  std::vector<SigmaRule> rules_;
  std::vector<SigmaFilter> filters_;
  std::vector<SigmaCorrelation> correlations_;
  CorrelationPlan plan_;
  std::unordered_map<std::string, std::string> path_of_id_;
  std::vector<record::RejectedRule> rejected_;
  std::vector<Diagnostic> warnings_;
  std::uint64_t rejected_count_ = 0;
  /// What of the above was there before linking, which begins anew when more is added.
  struct Unlinked {
    std::size_t rejected = 0;
    std::size_t warnings = 0;
    std::uint64_t rejected_count = 0;
  };
  std::optional<Unlinked> linked_;
};

}  // namespace tocsin::detect
