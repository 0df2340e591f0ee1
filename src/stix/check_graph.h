#pragma once

// Inside the room: checks between the objects of a file.

#include "stix/check_object.h"

namespace tocsin::stix {

/// Versions and twins (§3.6), UUIDs used twice (§2.9), references (§3.3), relationships (§3.7, §5.1), circular
/// markings.
void check_graph(const ObjectIndex& index, ProblemList& problems);

}  // namespace tocsin::stix
