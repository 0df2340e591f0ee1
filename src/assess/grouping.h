#pragma once

// Claims by who is said to act: a known actor, a named one, a described one ("North Korean hackers"), or nobody.

#include <string>
#include <vector>

#include "assess/directory.h"
#include "assess/intake.h"
#include "assess/relevance.h"

namespace tocsin::assess {

enum class GroupKind : std::uint8_t { actor, software, described, unknown };

/// Claims that stand in one place of one document and speak of one subject.
struct Statement {
  std::vector<const Item*> items;
  std::vector<Reason> reasons;  ///< of the items that may raise a warning
  bool raises = false;          ///< some item is neither denied, negated nor old
};

/// Whom some claims of a group speak of. Of several spellings, ids and countries the smallest, so that order does not
/// matter.
struct Naming {
  std::string name;     ///< for people; empty for unknown
  std::string id;       ///< STIX id, or empty
  std::string country;  ///< suspected origin, alpha-2
};

struct Group {
  GroupKind kind = GroupKind::unknown;
  std::string key;
  const record::KnownEntity* known = nullptr;
  std::vector<Statement> statements;
  std::vector<const Item*> context;  ///< what else is said of it: uses, motivated-by, attributed-to …
  std::vector<const Item*> negated;  ///< what it is said not to have done
};

/// Groups by key, sorted; claims of which the subject is no actor (has-weakness, informed …) are in `others`.
struct Grouping {
  std::vector<Group> groups;
  std::vector<const Item*> others;
};
Grouping group_claims(const Intake& intake, const AssessInput& input, const Directory& directory);

/// The naming by these claims alone: what is said elsewhere of the same group does not rename a warning.
Naming naming_of(const std::vector<const Item*>& items, const Directory& directory);

/// "China's foreign ministry" for "CN": does this denier speak for the actor, or for the country that it is said to
/// come from?
bool speaks_for(const record::Claimant& denier, const Naming& actor, const AssessInput& input,
                const Directory& directory);

}  // namespace tocsin::assess
