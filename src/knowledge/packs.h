#pragma once

// The starter names (packs/names/*.yml): files of our own form, read strictly, all problems at once. Each file says its
// kind in `format`; the comment at its head describes its keys.

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "record/names.h"

namespace tocsin::knowledge {

/// A word for what drives an actor.
struct Motive {
  std::string word;       ///< "intellectual-property-theft"
  std::string stix_word;  ///< the value of STIX attack-motivation-ov under which it stands
  std::string meaning;
};

/// All that the packs say. Immutable after loading, thread-safe.
struct NamePacks {
  /// Actors (intrusion_set), malware and tools, sectors, locations (countries; regions have no `country`),
  /// organisations (identity, with organisation_kind), in the order of the files by name and of the entries in them.
  /// `source` is the titles of the entry's sources; an actor's `uses` come from the malware that name it.
  record::KnownEntities entities;
  std::vector<Motive> motives;
  std::vector<Diagnostic> problems;  ///< of all files; with errors the packs hold what could be read
  std::string date;                  ///< the newest of the files' dates, "2026-11-23"
};

/// One file's text with the path that problems show.
struct PackText {
  std::string path;
  std::string_view text;
};

/// Reads and checks packs. What is checked: every key is known; no name stands twice in one entry; a name is same-as in
/// one actor only; sectors, countries, regions, motives, malware users, namers and parents exist; dates and identifiers
/// have their form.
/// cost: O(n log n)
NamePacks parse_name_packs(const std::vector<PackText>& texts);

/// Every *.yml of `folder` through parse_name_packs.
/// errors: not_found (no folder, or no pack in it), io
Result<NamePacks> load_name_packs(const std::string& folder);

}  // namespace tocsin::knowledge
