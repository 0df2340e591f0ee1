#pragma once

// Selectors of granular markings (§7.2.3.1): names and list indices joined by dots, e.g. "labels.[1]".

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"

namespace tocsin::stix {

/// One component: a property name or a list index.
using SelectorStep = std::variant<std::string, std::size_t>;
using Selector = std::vector<SelectorStep>;

/// errors: syntax (offset in the selector), limit_exceeded (over 64 components)
Result<Selector> parse_selector(std::string_view text);
/// The value that the selector names in `object`, or nullptr.
const json::Value* resolve_selector(const json::Value& object, const Selector& selector);
/// True when `inner` is `outer` or lies below it.
bool covers(const Selector& outer, const Selector& inner);

}  // namespace tocsin::stix
