#pragma once

// What a STIX object says about names and about other objects: by its own properties, or by `names` and `links` of our
// extension (names_extension.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stix/object.h"

namespace tocsin::knowledge {

/// One name of an object.
struct ObjectName {
  std::string text;
  std::string relation;  ///< name (the object's own), same-as, overlaps, part-of, disputed, external-id
  std::vector<std::string> used_by = {};  ///< whose name it is; empty = not said
  std::string used_by_ref = {};           ///< the same as the id of an identity, or empty
  std::string reference = {};             ///< what the asserter cites for the name, or empty
  bool operator==(const ObjectName&) const = default;
};

/// What an object says of another one; ends by the UUIDs of their ids, as MISP galaxies know no STIX types.
struct ObjectLink {
  std::string source;
  std::string relation;  ///< a STIX relationship type or a MISP relation
  std::string target;
  std::optional<int> confidence = {};  ///< 0 to 100
  bool operator==(const ObjectLink&) const = default;
};

/// Every name of the object: `names` of our extension where they are; else `name`, the aliases (with what
/// external_references cite for them, as ATT&CK does), and the first external id ("G0045"). An object without a name
/// has none.
std::vector<ObjectName> object_names(const stix::Object& object);

/// A relationship's link, and those of `links` of our extension.
std::vector<ObjectLink> object_links(const stix::Object& object);

/// The UUID part of an identifier, or all of it when there is no "--".
std::string_view uuid_of_id(std::string_view id);

/// `names` of our extension.
json::Value print_object_names(const std::vector<ObjectName>& names);
/// `links` of our extension; their sources are left out.
json::Value print_object_links(const std::vector<ObjectLink>& links);

}  // namespace tocsin::knowledge
