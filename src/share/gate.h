#pragma once

// The marking gate: nothing leaves but through it. Default closed: what is unmarked, or marked in a way that we do not
// understand, stays.

#include <string>
#include <vector>

#include "base/result.h"
#include "record/organisation.h"
#include "stix/bundle.h"
#include "stix/marking.h"

namespace tocsin::share {

/// Who is to receive something, and the most restrictive marking that may be told to them.
struct Audience {
  std::string name;
  stix::Tlp clearance = stix::Tlp::clear;
};

/// Something that stayed, and why.
struct Withheld {
  std::string id;
  std::string type;
  stix::Tlp level = stix::Tlp::closed;
  std::string reason;
};

struct GateResult {
  stix::Bundle passed;  ///< closed under references: whatever it points to is in it, or was never in the input
  std::vector<Withheld> withheld;  ///< in the order of the input
};

/// What of `bundle` may be told to `audience`. Objects above the clearance stay, properties above it are cut out
/// (granular markings), and so does whatever cannot stand without them: relationships with an end that stayed,
/// sightings of it, lists that would be empty. Marking definitions in use go along.
/// cost: O(n · rounds), at most one round for each link of the longest chain of references
GateResult pass_bundle(const stix::Bundle& bundle, const Audience& audience, stix::MarkingPolicy policy = {});

/// Whether a text with this marking may be told to `audience`.
/// errors: invalid (names both levels)
Status check_text(record::Tlp marking, const Audience& audience);

stix::Tlp to_stix(record::Tlp tlp);

}  // namespace tocsin::share
