#pragma once

// STIX 2.0 objects made 2.1.

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/json.h"

namespace tocsin::stix {

/// True when an object of a bundle is STIX 2.0: it has no spec_version (§3.2: "the implicit value for all STIX Objects
/// other than SCOs is 2.0") and is of a type that 2.0 knew, or a custom one.
bool is_stix_20(const json::Value& object);
/// True when such an object uses properties that came with 2.1 (is_family, pattern_type, malware_types, lang …): either
/// a producer between the versions, or a 2.1 object whose spec_version was forgotten.
bool has_stix_21_properties(const json::Value& object);

struct Lifted {
  struct Part {
    json::Value value;
    std::string pointer;  ///< JSON pointer of the source of this part within the object: "" or "/objects/0"
  };
  /// The object first; then the SCOs that came out of an observed-data's `objects`.
  std::vector<Part> parts;
  /// What could not be carried over without loss or guess (offset in Where, pointer from the object).
  std::vector<Diagnostic> notes;
};

/// One STIX 2.0 object as 2.1. What changes:
///   spec_version is added; `labels` that are words of the type's open vocabulary become malware_types,
///   threat_actor_types, tool_types, indicator_types, report_types, the others stay labels; an identity's labels become
///   roles (2.0 defined them so); malware gets is_family true (2.0 had families and instances in one); an indicator
///   gets pattern_type "stix" and pattern_version "2.0"; observed-data's `objects` become SCOs with ids and
///   object_refs, references by key become references by id, and SCO properties that 2.1 renamed are renamed.
/// Ids, times, markings, unknown properties and the offsets of values stay. An SCO that has no deterministic id
/// (process) gets a UUID with the form of version 4 made from the observed-data's id and its key: the same input, the
/// same bytes.
Lifted lift_object(json::Value object);

}  // namespace tocsin::stix
