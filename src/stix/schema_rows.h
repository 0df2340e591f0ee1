#pragma once

// Inside the room only: short names for the rows of the table, and the files that hold them.

#include <span>
#include <string_view>

#include "stix/schema.h"

namespace tocsin::stix::rows {

using Text = std::string_view;
inline constexpr Presence R = Presence::required;
inline constexpr Presence O = Presence::optional;
inline constexpr bool kList = true;
inline constexpr bool kOne = false;

std::span<const TypeDefinition> domain_types();           ///< §4 and §5
std::span<const TypeDefinition> observable_types();       ///< §6
std::span<const TypeDefinition> meta_types();             ///< §7 and §8
std::span<const TypeDefinition> general_structures();     ///< §2 and §7
std::span<const TypeDefinition> observable_structures();  ///< §6, predefined extensions among them

}  // namespace tocsin::stix::rows
