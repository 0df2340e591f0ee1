#pragma once

// What reports say, as a STIX 2.1 bundle: a report object a document, the things that it names, relationships for the
// claims that STIX has words for, notes for the others, and indicators.

#include <vector>

#include "base/time.h"
#include "record/claim.h"
#include "record/names.h"
#include "record/organisation.h"
#include "stix/bundle.h"

namespace tocsin::share {

struct ReadingBundleInput {
  std::vector<record::DocumentReading> readings;
  record::KnownEntities known;  ///< for aliases of actors
  Instant created{};            ///< stamped on every object; no clock here
  record::Tlp marking = record::Tlp::clear;
};

/// Claims that are negated, denied or not actual become notes only: a relationship would state them as facts.
stix::Bundle make_reading_bundle(const ReadingBundleInput& input);

}  // namespace tocsin::share
