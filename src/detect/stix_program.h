#pragma once

// A STIX pattern compiled for matching: its brackets as tests over one observation, and the expression that joins them
// over time. Which observations make the whole true is for stix_sequence.h.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "detect/observed_objects.h"
#include "detect/stix_test.h"
#include "record/match.h"
#include "stix/pattern.h"

namespace tocsin::detect {

/// The inside of one pair of brackets. Thread-safe.
class StixBracket {
 public:
  static Result<StixBracket> make(const stix::pattern::BooleanExpression& expression);

  /// True when one object makes the whole expression true (§9.4: AND and OR bind tests of the same object).
  bool matches(const ObservedObjects& objects) const;
  struct Reason {
    record::Why why;
    std::string value;  ///< that the object has there, as text; empty for what is not there
  };
  /// The tests that made the first such object match, with its values; empty when none does.
  std::vector<Reason> explain(const ObservedObjects& objects) const;

  /// The types of object that the bracket asks about.
  std::vector<std::string_view> types() const;

  /// A value of which one must be there, or the bracket cannot hold.
  struct Required {
    const stix::pattern::ObjectPath* path = nullptr;  ///< points into the bracket
    std::string_view value;
  };
  /// None when there is no such list: the bracket must always be tried.
  std::vector<Required> required() const;

 private:
  struct Node {
    stix::pattern::ObjectPath path;  ///< of a comparison
    std::optional<StixTest> test;    ///< of a comparison
    bool is_absence = false;         ///< NOT EXISTS
    stix::pattern::Join join = stix::pattern::Join::conjunction;
    std::vector<std::uint32_t> children;
  };

  Result<std::uint32_t> add(const stix::pattern::BooleanExpression& expression);
  bool holds(std::uint32_t node, const ObservedObjects& objects, std::size_t object) const;
  void explain(std::uint32_t node, const ObservedObjects& objects, std::size_t object, std::vector<Reason>& out) const;
  std::vector<Required> required(std::uint32_t node) const;

  std::vector<Node> nodes_;
  std::uint32_t root_ = 0;
};

/// `ipv4-addr:value`, as a pattern writes it.
std::string print_path(const stix::pattern::ObjectPath& path);

/// An observation expression over brackets. Children of `followed_by` and `conjunction` need distinct observations.
struct StixExpression {
  enum class Kind : std::uint8_t { bracket, all, any, followed_by };
  Kind kind = Kind::bracket;
  std::uint32_t bracket = 0;  ///< of a bracket: its number in the program
  std::vector<StixExpression> children;
  std::uint32_t repeats = 1;
  std::optional<std::chrono::nanoseconds> within;
  std::optional<Instant> start;  ///< inclusive, with `stop`, exclusive
  std::optional<Instant> stop;

  /// Observations that it takes at most.
  std::uint64_t size() const;
};

struct StixProgram {
  std::vector<StixBracket> brackets;
  StixExpression root;
};

/// Observations that one match may need at most; more is refused by name.
inline constexpr std::uint64_t kMaxPatternObservations = 10'000;

/// errors: unsupported (a regular expression that is not regular; REPEATS beyond the bound), syntax (regular
///         expression, network)
Result<StixProgram> compile_pattern(const stix::pattern::Pattern& pattern);

}  // namespace tocsin::detect
