#pragma once

// One JSON line a record (OUTPUT.md): first key `kind`, deterministic, no line end. Keys that OUTPUT.md shows are
// always there, null where unknown (`page`, `record`, `indicator`, `events` and `group` stand only where they apply);
// keys that were added since are absent where unknown. Invalid UTF-8 becomes U+FFFD. A field with several values is a
// list.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/json.h"
#include "record/claim.h"
#include "record/document.h"
#include "record/exposure.h"
#include "record/indicator.h"
#include "record/match.h"
#include "record/warning.h"

namespace tocsin::record {

std::string print_record(const DocumentInfo& document);
std::string print_record(const Indicator& indicator);
std::string print_record(const Entity& entity);
std::string print_record(const Claim& claim);
std::string print_record(const SourceGroup& group);
std::string print_record(const NotUnderstood& item);
std::string print_record(const Component& component);
std::string print_record(const Exposure& exposure);
std::string print_record(const Match& match);
std::string print_record(const RejectedRule& rule);
std::string print_record(const UnparsedRecord& record);
std::string print_record(const Warning& warning);
std::string print_record(const Diagnostic& problem);  ///< the `problem` record

/// The `summary` record: what was read, what was skipped and why, and seconds. Keys in the order of insertion.
struct Summary {
  std::string command;                                         ///< "extract"
  std::vector<std::pair<std::string, json::Value>> values;     ///< counts, in order
  std::vector<std::pair<std::string, std::uint64_t>> skipped;  ///< reason, count
  double seconds = 0;                                          ///< printed with milliseconds
};
std::string print_record(const Summary& summary);

}  // namespace tocsin::record
