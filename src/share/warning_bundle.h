#pragma once

// A warning as a STIX 2.1 bundle: the report and everything that it speaks of, each thing with its evidence as a note.

#include <string>
#include <vector>

#include "base/time.h"
#include "record/names.h"
#include "record/organisation.h"
#include "record/warning.h"
#include "stix/bundle.h"

namespace tocsin::share {

struct WarningBundleInput {
  std::vector<record::Warning> warnings;
  record::Organisation organisation;
  record::KnownEntities known;  ///< for aliases of actors
  Instant created{};            ///< stamped on every object; no clock here
};

/// Bundle with deterministic ids: report, intrusion-set, identity, vulnerability, infrastructure, software,
/// relationships, attack patterns seen with their sightings and observed data, notes with evidence; every object marked
/// with its warning's TLP 2.0 level. Objects that several warnings share stand once, under the strictest marking.
/// out:    objects in the order of first mention; the same input gives the same bytes
stix::Bundle make_warning_bundle(const WarningBundleInput& input);

}  // namespace tocsin::share
