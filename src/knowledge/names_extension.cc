#include "knowledge/names_extension.h"

#include <algorithm>
#include <utility>

#include "stix/identifier.h"

namespace tocsin::knowledge {

namespace {

using std::string_view;

/// The day on which the definition took this form.
constexpr string_view kDefined = "2026-11-24T00:00:00.000Z";

/// The normative text that §7.3 asks for; docs/names-extension.schema.json says the same as a JSON schema.
constexpr string_view kSchema =
    "names: list of objects with name (string, required), relation (string, required: name, same-as, overlaps, "
    "part-of, disputed, demonym, abbreviation or external-id), used_by (list of string: whose name it is), "
    "used_by_ref (identifier of an identity) and reference (string: what is cited for the name). "
    "links: list of objects with relation (string, required), target (UUID of another object, required) and "
    "confidence (integer, 0 to 100). asserted_by: string, who says what the object says. origin: string, suspected "
    "origin of an actor, ISO 3166-1 alpha-2 where the source gives one. origin_asserted_by: string, who says so. "
    "motives: list of string. misp_meta: object, the meta of a MISP galaxy value as it stood.";

stix::Object make_author() {
  stix::Object author("identity", stix::make_own_id("identity", {"tocsin"}));
  author.set("created", kDefined).set("modified", kDefined).set("name", "Tocsin").set("identity_class", "system");
  return author;
}

stix::Object make_definition() {
  stix::Object definition("extension-definition", kNamesExtension);
  definition.set("created_by_ref", stix::make_own_id("identity", {"tocsin"}));
  definition.set("created", kDefined).set("modified", kDefined).set("name", "Names and who uses them");
  definition.set("description",
                 "Whose name each name of an object is, by which relation it belongs to the object, and who says so.");
  definition.set("schema", kSchema).set("version", "1.0.0");
  definition.set_strings("extension_types", {"property-extension"});
  return definition;
}

const json::Value* extension_of(const stix::Object& object) {
  const json::Value* extensions = object.find("extensions");
  return extensions == nullptr ? nullptr : extensions->find(kNamesExtension);
}

}  // namespace

const json::Value* find_extra(const stix::Object& object, string_view property) {
  const json::Value* extension = extension_of(object);
  return extension == nullptr ? nullptr : extension->find(property);
}

std::optional<string_view> extra_string(const stix::Object& object, string_view property) {
  const json::Value* extension = extension_of(object);
  const std::string* text = extension == nullptr ? nullptr : extension->find_string(property);
  if (text == nullptr) return std::nullopt;
  return *text;
}

std::vector<string_view> extra_strings(const stix::Object& object, string_view property) {
  std::vector<string_view> texts;
  const json::Value* list = find_extra(object, property);
  if (list == nullptr || list->array() == nullptr) return texts;
  for (const json::Value& item : *list->array()) {
    if (item.string() != nullptr) texts.push_back(*item.string());
  }
  return texts;
}

void set_extra(stix::Object& object, string_view property, json::Value value) {
  if (value.array() != nullptr && value.array()->empty()) return;
  const json::Value* there = object.find("extensions");
  json::Value extensions = there == nullptr ? json::Value{json::Object{}} : *there;
  const json::Value* own = extensions.find(kNamesExtension);
  json::Value extension = own == nullptr ? json::Value{json::Object{}} : *own;
  if (own == nullptr) extension.set("extension_type", "property-extension");
  extension.set(std::string(property), std::move(value));
  extensions.set(std::string(kNamesExtension), std::move(extension));
  object.set("extensions", std::move(extensions));
}

void add_extension_definition(stix::Bundle& bundle) {
  const bool used =
      std::ranges::any_of(bundle.objects, [](const stix::Object& object) { return extension_of(object) != nullptr; });
  if (!used) return;
  for (stix::Object object : {make_author(), make_definition()}) {
    const auto place = std::ranges::lower_bound(bundle.objects, object.id(), {}, &stix::Object::id);
    if (place != bundle.objects.end() && place->id() == object.id()) continue;
    bundle.objects.insert(place, std::move(object));
  }
}

}  // namespace tocsin::knowledge
