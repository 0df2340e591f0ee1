#pragma once

// Sigma's conditions: "x of" binds tighter than not, not than and, and than or.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "detect/sigma_rule.h"
#include "detect/sigma_values.h"

namespace tocsin::detect {

/// One condition in postfix form.
/// in:  detections: of the rule; used: set to true for each that the condition names
/// out: nullopt when there are problems, which say where
std::optional<Condition> parse_condition(const yaml::Node& node, const std::vector<NamedDetection>& detections,
                                         std::vector<bool>& used, Problems& problems);

/// `*` stands for any text; whole name, case counts.
bool match_name(std::string_view pattern, std::string_view name);

}  // namespace tocsin::detect
