#pragma once

// hunt --explain: item by item why a rule does or does not fire on the events of a log.

#include <string>

#include "app/options.h"
#include "app/output.h"
#include "base/result.h"

namespace tocsin::app {

/// Explains the rules of that id, name, title or path on the first kMaxExplained events of the logs.
/// in: packs: folder of packs
/// errors: usage (no such rule; rules that cannot be used are named), those of reading rules and logs
Result<int> explain_rules(const HuntOptions& options, const CommonOptions& common, const std::string& packs,
                          Output& output);

/// Events that are explained at most; how many more there were is said.
inline constexpr std::uint64_t kMaxExplained = 100;

}  // namespace tocsin::app
