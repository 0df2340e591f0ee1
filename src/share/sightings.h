#pragma once

#include <vector>

#include "base/time.h"
#include "record/match.h"
#include "record/organisation.h"
#include "stix/bundle.h"

namespace tocsin::share {

/// Matches of a hunt as sightings with their observed data, all under one marking.
/// in: created: stamped on every object; no clock here     out: same input, same bytes
stix::Bundle make_sightings_bundle(const std::vector<record::Match>& matches, Instant created,
                                   record::Tlp marking = record::Tlp::amber);

}  // namespace tocsin::share
