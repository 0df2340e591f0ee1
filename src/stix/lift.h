#pragma once

// STIX 2.0 objects made 2.1 (the differences are listed in STIX 2.1, Appendix "Revision History" and the migration
// notes).

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/json.h"

namespace tocsin::stix {

/// True when an object of a bundle is STIX 2.0: no spec_version of its own, and of a type that 2.1 requires one for.
bool is_stix_20(const json::Value& object);

struct Lifted {
  /// The object first; then the SCOs that came out of an observed-data's `objects`.
  std::vector<json::Value> objects;
  /// What could not be carried over without loss or guess (Where has the offset only; pointers start at the object).
  std::vector<Diagnostic> notes;
};

/// One STIX 2.0 object as 2.1:
///   spec_version is added; `labels` that carried the type's open vocabulary become malware_types, threat_actor_types,
///   tool_types, indicator_types, report_types (identity: roles stay labels); malware gets is_family (true: 2.0 knew
///   no instances), indicator gets pattern_type "stix"; observed-data's `objects` become SCOs with deterministic ids
///   and object_refs, their references by key become references by id; ids, times, markings and unknown properties
///   stay.
/// Offsets of the values stay those of the source.
Lifted lift_object(json::Value object);

}  // namespace tocsin::stix
