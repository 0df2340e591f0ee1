#pragma once

// STIX patterns over log events and over observed-data → matches.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/event.h"
#include "event/schema.h"
#include "record/match.h"

namespace tocsin::detect {

struct StixHuntOptions {
  /// An event may come so much later than one with a later time; WITHIN remembers that much longer.
  std::chrono::nanoseconds lateness{};
};

struct StixHuntCounts {
  std::uint64_t patterns = 0;      ///< ready
  std::uint64_t rejected = 0;      ///< patterns and indicators that cannot be used
  std::uint64_t observations = 0;  ///< observed-data objects looked at
  std::uint64_t untimed = 0;       ///< observations without a time, of no use to patterns that ask for one
  std::uint64_t forgotten = 0;     ///< observations forgotten for want of room (stix_sequence.h)
  std::uint64_t given_up = 0;      ///< searches that ended without an answer
};

/// First all patterns are added, then events are matched. Events and observed-data are one stream each: a pattern over
/// several observations takes them all from events, or all from one bundle. One thread.
class StixHunter {
 public:
  /// in: table: path of packs/stix/event_objects.yml; schema: must outlive the hunter
  /// errors: those of EventObjectTable::load
  static Result<StixHunter> make(event::Schema& schema, const std::string& table, const StixHuntOptions& options = {});
  StixHunter(StixHunter&&) noexcept;
  StixHunter& operator=(StixHunter&&) noexcept;
  ~StixHunter();

  /// The patterns of a bundle's indicators. Revoked ones, other pattern languages and patterns that cannot be used are
  /// in rejected().     errors: those of stix::parse_bundle
  Status add_bundle(std::string_view text, const std::string& path);
  /// One pattern a line; `#` at its beginning makes a line a comment.
  void add_patterns(std::string_view text, const std::string& path);

  /// Matches that the batch's events complete, in their order; of one event by pattern.
  std::vector<record::Match> match(const event::EventBatch& batch);
  /// Matches of a bundle's observed-data, taken in the order of their time.     errors: those of stix::parse_bundle
  Result<std::vector<record::Match>> match_bundle(std::string_view text, const std::string& path);

  bool has_patterns() const;
  const std::vector<record::RejectedRule>& rejected() const;
  StixHuntCounts counts() const;

 private:
  struct State;
  explicit StixHunter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::detect
