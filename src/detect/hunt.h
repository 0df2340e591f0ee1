#pragma once

// Rules and indicators over events → matches, in the order of the input.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "detect/correlation.h"
#include "detect/sigma_placeholders.h"
#include "event/event.h"
#include "event/schema.h"
#include "record/match.h"

namespace tocsin::detect {

struct HuntOptions {
  bool any_log_source = false;  ///< rules fire on records of any log source
  CorrelatorOptions correlation;
};

/// For the `hunt` summary; what reading counts (bytes, unparsed) stands in event::ReadCounts.
struct HuntCounts {
  std::uint64_t events = 0;
  std::uint64_t matches = 0;
  std::uint64_t events_without_log_source = 0;  ///< parsed, but of no log source that rules ask for
  std::uint64_t rules_loaded = 0;
  std::uint64_t rules_rejected = 0;
  std::uint64_t hits_without_time = 0;  ///< of rules that feed correlations
  std::uint64_t indicators = 0;
  std::uint64_t indicators_rejected = 0;  ///< lines of lists that are none
};

/// First everything that matches is added, then events are matched. One thread; `schema` must outlive it and be the
/// one that the events were read with.
class Hunter {
 public:
  explicit Hunter(event::Schema& schema, const HuntOptions& options = {});
  Hunter(Hunter&&) noexcept;
  Hunter& operator=(Hunter&&) noexcept;
  ~Hunter();

  /// Values for the placeholders of rules that are added later.
  void set_placeholders(Placeholders placeholders);
  /// Every *.yml and *.yaml under `paths` (files as given, folders recursively). Rules that cannot be used are in
  /// rejected(), never an error.     errors: not_found, io
  Status add_rule_files(const std::vector<std::string>& paths);
  /// The rules of one file's text.
  void add_rules(std::string_view text, const std::string& path);

  /// A text list, one indicator a line (`#` starts a comment, also after white space): IPv4, IPv6, networks, domains,
  /// URLs, MD5, SHA-1, SHA-256. Lines that are none are in rejected().     errors: those of reading files
  Status add_indicator_file(const std::string& path);
  /// `list`: the name that matches show.
  void add_indicators(std::string_view text, const std::string& list);

  /// Matches of one batch: events in order; of one event Sigma before indicators, by rule id or indicator value.
  /// Behind an event's Sigma matches come those of correlations that it let be told (see correlation.h).
  std::vector<record::Match> match(const event::EventBatch& batch);
  /// After the last batch: the matches of correlations that waited for events that might still have come.
  std::vector<record::Match> finish();
  /// What became of the hits of rules that feed correlations; all nought without correlations.
  CorrelationCounts correlation_counts() const;

  /// One record a problem: a rejected rule with three problems has three.
  std::vector<record::RejectedRule> rejected() const;
  /// What is odd in the rules that were taken.
  const std::vector<Diagnostic>& warnings() const;
  const HuntCounts& counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::detect
