#pragma once

// Correlation rules (Sigma correlation rules specification 2.1.0, `tags` of 2.2): text → syntax tree. What their words
// mean for events stands in correlation.h.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "detect/sigma_head.h"

namespace tocsin::detect {

struct RuleFile;
class SigmaReader;

/// A number of a correlation, and of the events that it adds up, in steps of 2^-32: sums are exact in any order.
__extension__ using Fixed = __int128;
inline constexpr int kFixedBits = 32;
/// The decimal number that `text` spells; nullopt for anything else and beyond ±10^18.
std::optional<Fixed> parse_fixed(std::string_view text);
/// As few decimal digits as tell it from its neighbours, at most nine.
std::string print_fixed(Fixed value);

enum class CorrelationType : std::uint8_t {
  event_count,
  value_count,
  value_sum,
  value_avg,
  value_percentile,
  value_median,
  temporal,
  temporal_ordered
};
std::string_view correlation_type_name(CorrelationType type);

/// `gte: 10`; several of one condition hold together.
struct Bound {
  enum class Comparison : std::uint8_t { eq, neq, lt, lte, gt, gte };
  Comparison comparison = Comparison::gte;
  Fixed value = 0;
  bool holds_for(Fixed number) const;
};

struct SigmaCorrelation : SigmaHead {
  struct Alias {
    std::string name;
    struct Of {
      Reference rule;
      std::string field;
    };
    std::vector<Of> of;
  };
  CorrelationType type = CorrelationType::event_count;
  std::vector<Reference> rules;  ///< by id or name, of rules and correlations; each once
  std::vector<std::string> group_by;
  std::vector<Alias> aliases;
  std::chrono::seconds timespan{};
  std::string timespan_text;
  std::vector<Bound> bounds;              ///< all of them hold; of temporal ones without a condition: every rule
  std::vector<std::string> value_fields;  ///< of the value types; one but for value_count
  std::uint32_t percentile = 0;           ///< of value_percentile, in thousandths of a percent
  std::optional<Condition> expression;    ///< of temporal ones, over indices into `rules`, instead of bounds
  /// What temporal_ordered asks for: one of these sets of rules, each after the one before it in `rules`, while none of
  /// the absent ones occurs. Bits are indices into `rules`.
  struct Sequence {
    std::uint64_t present = 0;
    std::uint64_t absent = 0;
    auto operator<=>(const Sequence&) const = default;
  };
  std::vector<Sequence> sequences;
  std::string condition_text;  ///< as people read it: "gte 10", "a and not b"
  bool generate = false;       ///< its rules also show matches of their own
};

/// "90m"; s m h d w, M = 2,629,746 s and y = 31,556,952 s (a twelfth of, and the mean year of the calendar).
/// out: nullopt when it is none, or nought, or more than 250 years
std::optional<std::chrono::seconds> parse_timespan(std::string_view text);

/// Reads a correlation document into `file`, rejected or taken.
void read_correlation(SigmaReader& reader, RuleFile& file);

/// Rules that one correlation may name, and group-by fields.
inline constexpr std::size_t kMaxCorrelatedRules = 64;
inline constexpr std::size_t kMaxGroupFields = 16;
/// Sequences that the condition of one temporal_ordered may come to.
inline constexpr std::size_t kMaxSequences = 256;

}  // namespace tocsin::detect
