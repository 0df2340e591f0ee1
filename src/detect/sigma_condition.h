#pragma once

// Sigma's conditions: "x of" binds tighter than not, not than and, and than or.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "detect/sigma_head.h"
#include "detect/sigma_values.h"

namespace tocsin::detect {

/// What the names of a condition stand for.
struct ConditionNames {
  std::string_view noun;  ///< "detection" or "rule", for the problems
  std::vector<std::string_view> names;
};

/// One condition in postfix form.
/// in:  used: set to true for each of `names` that the condition asks for
/// out: nullopt when there are problems, which say where
std::optional<Condition> parse_condition(const yaml::Node& node, const ConditionNames& names, std::vector<bool>& used,
                                         Problems& problems);

/// The names that a condition uses, in its order, repeated ones too; operators and quantifiers are none.
std::vector<std::string_view> condition_words(std::string_view condition);

/// `*` stands for any text; whole name, case counts.
bool match_name(std::string_view pattern, std::string_view name);

}  // namespace tocsin::detect
