#pragma once

// The layer above rules: matches of rules in, matches of correlations out.
//
// Time. Hits are brought into the order of their event times first, hits of one time in the order of the input. With a
// `lateness` a hit waits until no earlier one can come any more, which is when one that is `lateness` newer has been
// seen; what comes later still is counted and not used. Without, everything waits for finish(): files in any order give
// the same matches. Nothing depends on batches, threads or the clock.
//
// Windows. The window at a hit at t holds the group's hits from t - timespan to t, both included. At each hit the
// condition is asked of the window that ends there; no window waits for what comes after it, so an upper bound ("lt",
// "not") speaks of what was seen so far. A group that has matched rests for one timespan: no event is evidence for two
// matches of one correlation and group, and an attack that goes on shows once a timespan.
//
// Groups. Values are compared after simple case folding, as Sigma compares strings, and shown as first seen. Of several
// values of a field the first counts. A hit without a value for a group-by field, or without the value that is to be
// counted, is not used by that correlation, and counted.
//
// Correlations of correlations. A match of a correlation is a hit at the event that completed it, with that event's
// fields. In temporal_ordered each step needs an event of its own, later than the one before.
//
// Memory. Groups and waiting hits share one budget. Beyond it the earliest waiting hits are let go ahead of their time,
// then the groups that have been quiet longest are forgotten, then the oldest events of the last group: each counted.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detect/correlation_plan.h"
#include "detect/correlation_window.h"

namespace tocsin::detect {

struct CorrelatorOptions {
  std::optional<std::chrono::nanoseconds> lateness;  ///< none: everything is put in order before anything is matched
  std::size_t memory = std::size_t{256} << 20;
};

/// A rule matched an event. Views need to live for the call alone.
struct Hit {
  std::uint32_t rule = 0;
  std::uint64_t event = 0;  ///< rises with the input; the hits of one event have one number
  Instant time{};
  std::uint8_t digits = 0;  ///< of the time's fraction in its source
  std::string_view path;
  std::uint64_t line = 0;
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> record;
  std::string_view host;
  std::span<const std::optional<std::string_view>> values;  ///< of RuleFeed::fields
};

struct Correlated {
  std::uint32_t correlation = 0;  ///< of the plan
  Evidence at;                    ///< the event at which it was found to hold; most often the last of `events`
  std::string host;               ///< of that event
  std::vector<std::pair<std::string, std::string>> group;
  std::string measured;
  std::vector<Evidence> events;   ///< by time; at most kMaxEvidence, the last ones
  std::uint64_t event_count = 0;  ///< of the evidence, those beyond the bound too
};
inline constexpr std::size_t kMaxEvidence = 1000;

struct CorrelationCounts {
  std::uint64_t hits = 0;
  std::uint64_t late = 0;            ///< came after their window could have been told
  std::uint64_t without_group = 0;   ///< and correlation
  std::uint64_t without_value = 0;   ///< or with one that is no number
  std::uint64_t released_early = 0;  ///< for want of memory
  std::uint64_t evicted_groups = 0;
  std::uint64_t evicted_events = 0;
};

/// One thread.
class Correlator {
 public:
  Correlator(CorrelationPlan plan, const CorrelatorOptions& options = {});
  Correlator(Correlator&&) noexcept;
  Correlator& operator=(Correlator&&) noexcept;
  ~Correlator();

  const CorrelationPlan& plan() const;
  /// Hits come in the order of the input.
  void observe(const Hit& hit);
  /// No more hits come.
  void finish();
  /// What has matched since it was last asked, by time.
  std::vector<Correlated> take();
  const std::string& path(std::uint32_t index) const;
  const CorrelationCounts& counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::detect
