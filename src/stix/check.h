#pragma once

// Checking bundles against STIX 2.1: every MUST of parts 2 to 8 and 10 to 11 that can be seen in the data as an error,
// SHOULDs as warnings, all problems at once.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/json.h"

namespace tocsin::stix {

struct CheckOptions {
  std::string source;                 ///< path for Where::source
  std::size_t max_problems = 10'000;  ///< kept; the others are counted
};

struct CheckReport {
  std::vector<Diagnostic> problems;  ///< in the order of the source; with pointer, line and column
  std::size_t errors = 0;            ///< counted also beyond max_problems
  std::size_t warnings = 0;
  std::size_t objects = 0;
  std::size_t lifted = 0;  ///< of these, STIX 2.0 objects: they are judged after lifting
};

/// A bundle, a list of objects or one object. Text that is no JSON is one error with its place.
/// cost: O(n log n); memory: the tree of the file
CheckReport check_bundle(std::string_view text, const CheckOptions& options = {});
/// The same for a parsed tree; `text` is what it was parsed from (for lines), or empty.
CheckReport check_bundle(const json::Value& root, std::string_view text, const CheckOptions& options = {});

/// Every rule there is, for documentation and for the tests that want a case for each.
struct CheckRule {
  std::string_view id;  ///< e.g. "stix-2.1/3.2/modified-before-created"
  Severity severity;
  std::string_view meaning;
};
const std::vector<CheckRule>& check_rules();

}  // namespace tocsin::stix
