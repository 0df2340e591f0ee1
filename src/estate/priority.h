#pragma once

// Decision tables: what is urgent, from a few facts. packs/estate/ssvc-cisa-bod-26-04.yml.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "record/exposure.h"

namespace tocsin::estate {

/// A value per decision point, in the table's words ("yes", "partial"); nullopt = not known.
struct PriorityFacts {
  std::optional<std::string> in_kev;
  std::optional<std::string> publicly_exposed;
  std::optional<std::string> automatable;
  std::optional<std::string> technical_impact;
};

struct PriorityDecision {
  record::Priority priority;
  std::string reasoning;  ///< one step for a trace: the facts, and those that were assumed
};

/// The table of CISA BOD 26-04: publicly exposed × in KEV × automatable × technical impact → a deadline.
/// Immutable after loading, thread-safe.
class PriorityTable {
 public:
  static PriorityTable parse(std::string_view text, const std::string& path, std::vector<Diagnostic>& problems);

  /// The outcome. What is not known is assumed at its worst (the most urgent row that agrees with what is known), and
  /// the reasoning says so. rank: 1 = the most urgent outcome.
  PriorityDecision decide(const PriorityFacts& facts) const;

  std::size_t outcomes() const { return outcomes_.size(); }

 private:
  struct Row {
    std::string in_kev, publicly_exposed, automatable, technical_impact;
    std::uint32_t outcome = 0;
  };
  std::string name_;
  std::vector<std::string> outcomes_;  ///< the most urgent first
  std::vector<Row> rows_;
};

}  // namespace tocsin::estate
