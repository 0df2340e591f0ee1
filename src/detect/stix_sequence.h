#pragma once

// Which observations over time make a STIX pattern true (part 9, §9.5).
//
// Every bracket remembers the observations that made it true, in the order of their time. When one more arrives, a
// search picks observations from those memories, newest first, so that every part of the expression has its own:
//
//   [a] AND [b]           two different observations, in any order
//   [a] FOLLOWEDBY [b]    every one of a could have happened no later than every one of b
//   … REPEATS 5 TIMES     five sets of different observations
//   … WITHIN 60 SECONDS   all of them could have happened within so much time
//   … START t STOP u      each could have happened at t or later and before u
//
// An observation is an interval (first to last observed), hence "could": of the intervals [f, l] of one set, a moment
// each can be chosen within d exactly when max f <= min l + d; and all of one set before all of another exactly when
// max f of the first <= min l of the second. An observation of a number n counts as n different ones.
//
// What a match used is forgotten, so that one observation serves one match of a pattern; the first match of a stream is
// exactly there where the pattern first becomes true. Bounded: what WITHIN puts out of reach is forgotten, a memory
// holds kMaxRemembered (or twice what the pattern needs), and a search ends after kMaxSteps. The last two are counted:
// where they are zero, the answer is exact.

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "detect/stix_program.h"

namespace tocsin::detect {

/// The memory of one pattern. One thread. The program must outlive it.
class StixSequence {
 public:
  explicit StixSequence(const StixProgram& program, std::chrono::nanoseconds lateness = {});

  struct Observation {
    Instant first{};
    Instant last{};            ///< not before `first`
    std::uint64_t number = 1;  ///< how often it was seen
    std::uint64_t token = 0;   ///< the caller's name for it
  };
  struct Picked {
    std::uint64_t token = 0;
    std::uint32_t bracket = 0;
  };

  /// One more observation, and the brackets that hold on it.
  /// out: the observations of a match that it completes, by time; empty when there is none. An observation picked
  ///      several times (number) stands there once.
  std::vector<Picked> add(const Observation& observation, std::span<const std::uint32_t> brackets);

  /// Observations forgotten for want of room.
  std::uint64_t forgotten() const { return forgotten_; }
  /// Searches that ended without an answer.
  std::uint64_t given_up() const { return given_up_; }
  /// The tokens at or above which the memory still holds observations; what is below may be forgotten by the caller.
  std::uint64_t oldest_token() const;

  static constexpr std::size_t kMaxRemembered = 1024;
  static constexpr std::uint64_t kMaxSteps = 100'000;

 private:
  struct Entry {
    Instant first{};
    Instant last{};
    std::uint64_t token = 0;
    std::uint32_t copy = 0;  ///< of an observation of a number
  };
  class Search;

  void remember(std::uint32_t bracket, const Entry& entry);

  const StixProgram& program_;
  std::chrono::nanoseconds lateness_;
  std::size_t capacity_ = kMaxRemembered;
  std::vector<std::deque<Entry>> memory_;  ///< by bracket, ordered by `first`
  std::optional<Instant> newest_;
  std::uint64_t forgotten_ = 0;
  std::uint64_t given_up_ = 0;
};

}  // namespace tocsin::detect
