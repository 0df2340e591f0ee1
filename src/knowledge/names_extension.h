#pragma once

// Our extension of STIX: whose name it is, by which relation, who says all this. Importers of formats that know more
// than STIX can say put it there, so that names always follow from the object alone, whatever the order of import.
// The JSON schema is docs/names-extension.schema.json:
//   names        [{name, relation, used_by: [text], used_by_ref: id, reference}]
//   links        [{relation, target: uuid, confidence}]
//   asserted_by  who says all this, where the object has no created_by_ref
//   origin, origin_asserted_by  suspected origin of an actor, and who says so if not the asserter
//   motives      of an actor, in our words
//   misp_meta    what a MISP galaxy says beside, as it stood

#include <optional>
#include <string_view>
#include <vector>

#include "stix/bundle.h"

namespace tocsin::knowledge {

/// make_own_id("extension-definition", {"tocsin", "names"}). Fixed for ever.
inline constexpr std::string_view kNamesExtension = "extension-definition--acf812a1-0653-5cea-8926-1ddaef03f503";

/// A property of our extension; nullptr where the object carries none. The view dies with the object.
const json::Value* find_extra(const stix::Object& object, std::string_view property);
std::optional<std::string_view> extra_string(const stix::Object& object, std::string_view property);
std::vector<std::string_view> extra_strings(const stix::Object& object, std::string_view property);

/// Sets or replaces a property of our extension. As everywhere in STIX (§2.12), an empty list leaves no property.
void set_extra(stix::Object& object, std::string_view property, json::Value value);

/// Puts the definition of the extension, and the identity that made it, into a bundle of which some object uses it.
/// out: the objects keep their order by id
void add_extension_definition(stix::Bundle& bundle);

}  // namespace tocsin::knowledge
