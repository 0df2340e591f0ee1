#include "stix/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "stix/schema_rows.h"

namespace tocsin::stix {
namespace {

using rows::kList;
using rows::kOne;
using rows::O;
using rows::R;

// §3.2, one list for each kind of object that the summary table there tells apart.
constexpr Property kType = {"type", Kind::string, R};
constexpr Property kSpecVersion = {"spec_version", Kind::string, R};
constexpr Property kOptionalSpecVersion = {"spec_version", Kind::string};
constexpr Property kId = {"id", Kind::identifier, R, kOne, "any"};
constexpr Property kCreatedBy = {"created_by_ref", Kind::identifier, O, kOne, "identity"};
constexpr Property kRequiredCreatedBy = {"created_by_ref", Kind::identifier, R, kOne, "identity"};
constexpr Property kCreated = {"created", Kind::timestamp, R, kOne, "", Form::milliseconds};
constexpr Property kModified = {"modified", Kind::timestamp, R, kOne, "", Form::milliseconds};
constexpr Property kRevoked = {"revoked", Kind::boolean};
constexpr Property kLabels = {"labels", Kind::string, O, kList};
constexpr Property kConfidence = {"confidence", Kind::integer, O, kOne, "", Form::confidence};
constexpr Property kLang = {"lang", Kind::language};
constexpr Property kExternalReferences = {"external_references", Kind::structure, O, kList, "external-reference"};
constexpr Property kMarkingRefs = {"object_marking_refs", Kind::identifier, O, kList, "marking-definition"};
constexpr Property kGranularMarkings = {"granular_markings", Kind::structure, O, kList, "granular-marking"};
constexpr Property kDefanged = {"defanged", Kind::boolean};
constexpr Property kExtensions = {"extensions", Kind::extensions};

constexpr Property kDomainCommon[] = {
    kType,   kSpecVersion, kId,   kCreatedBy,          kCreated,     kModified,         kRevoked,
    kLabels, kConfidence,  kLang, kExternalReferences, kMarkingRefs, kGranularMarkings, kExtensions};
constexpr Property kObservableCommon[] = {kType,     kOptionalSpecVersion, kId, kMarkingRefs, kGranularMarkings,
                                          kDefanged, kExtensions};
constexpr Property kLanguageContentCommon[] = {
    kType,       kSpecVersion,        kId,          kCreatedBy,        kCreated,   kModified, kRevoked, kLabels,
    kConfidence, kExternalReferences, kMarkingRefs, kGranularMarkings, kExtensions};
constexpr Property kMarkingDefinitionCommon[] = {
    kType, kSpecVersion, kId, kCreatedBy, kCreated, kExternalReferences, kMarkingRefs, kGranularMarkings, kExtensions};
constexpr Property kExtensionDefinitionCommon[] = {
    kType,   kSpecVersion,        kId,          kRequiredCreatedBy, kCreated, kModified, kRevoked,
    kLabels, kExternalReferences, kMarkingRefs, kGranularMarkings};
constexpr Property kBundleCommon[] = {kType, kId};

using Index = std::vector<const TypeDefinition*>;

Index make_index(std::initializer_list<std::span<const TypeDefinition>> parts) {
  Index index;
  for (const auto part : parts) {
    for (const auto& type : part) index.push_back(&type);
  }
  return index;
}

Index sorted_by_name(Index index) {
  std::ranges::sort(index, {}, [](const TypeDefinition* type) { return type->name; });
  return index;
}

const TypeDefinition* find_in(const Index& sorted, std::string_view name) {
  const auto found = std::ranges::lower_bound(sorted, name, {}, [](const TypeDefinition* type) { return type->name; });
  return found != sorted.end() && (*found)->name == name ? *found : nullptr;
}

const Index& types() {
  static const Index index = make_index({rows::domain_types(), rows::observable_types(), rows::meta_types()});
  return index;
}

const Index& structures() {
  static const Index index = make_index({rows::general_structures(), rows::observable_structures()});
  return index;
}

std::string_view kind_text(Kind kind) {
  constexpr std::array kNames = {"string",    "integer",    "float",         "boolean", "timestamp",  "binary",
                                 "hex",       "hashes",     "identifier",    "enum",    "open-vocab", "dictionary",
                                 "structure", "extensions", "language code", "any"};
  static_assert(kNames.size() == static_cast<std::size_t>(Kind::any) + 1);
  return kNames[static_cast<std::size_t>(kind)];
}

void print_type(std::string& out, const TypeDefinition& type) {
  fmt::format_to(std::back_inserter(out), "## {} (§{})\n\n| property | type | required |\n|---|---|---|\n", type.name,
                 type.clause);
  const auto print_row = [&out](const Property& property) {
    std::string what = property.list ? "list of " : "";
    what += kind_text(property.kind);
    if (!property.of.empty()) what += fmt::format(" ({})", property.of);
    fmt::format_to(std::back_inserter(out), "| `{}` | {} | {} |\n", property.name, what,
                   property.presence == Presence::required ? "yes" : "");
  };
  if (type.category != Category::custom) std::ranges::for_each(common_properties(type), print_row);
  std::ranges::for_each(type.properties, print_row);
  if (!type.needs_one_of.empty()) {
    fmt::format_to(std::back_inserter(out), "\nAt least one of: `{}`.\n", fmt::join(type.needs_one_of, "`, `"));
  }
  if (!type.id_contributing.empty()) {
    fmt::format_to(std::back_inserter(out), "\nThe identifier is made from: `{}`.\n",
                   fmt::join(type.id_contributing, "`, `"));
  }
  if (!type.extensions.empty()) {
    fmt::format_to(std::back_inserter(out), "\nPredefined extensions: `{}`.\n", fmt::join(type.extensions, "`, `"));
  }
  out += '\n';
}

}  // namespace

const TypeDefinition* find_type(std::string_view name) {
  static const Index sorted = sorted_by_name(types());
  return find_in(sorted, name);
}

const TypeDefinition* find_structure(std::string_view name) {
  static const Index sorted = sorted_by_name(structures());
  return find_in(sorted, name);
}

std::span<const TypeDefinition* const> all_types() { return types(); }
std::span<const TypeDefinition* const> all_structures() { return structures(); }

std::span<const Property> common_properties(const TypeDefinition& type) {
  switch (type.category) {
    case Category::sdo:
    case Category::sro:
      return kDomainCommon;
    case Category::sco:
      return kObservableCommon;
    case Category::bundle:
      return kBundleCommon;
    case Category::custom:
      return {};
    case Category::meta:
      break;
  }
  if (type.name == "marking-definition") return kMarkingDefinitionCommon;
  if (type.name == "extension-definition") return kExtensionDefinitionCommon;
  return kLanguageContentCommon;
}

std::span<const Property> common_properties(Category category) {
  return category == Category::sco ? std::span<const Property>(kObservableCommon) : kDomainCommon;
}

const Property* find_property(const TypeDefinition& type, std::string_view name) {
  for (const auto part : {common_properties(type), type.properties}) {
    for (const auto& property : part) {
      if (property.name == name) return &property;
    }
  }
  return nullptr;
}

bool is_common_property(std::string_view name) {
  return name == kDefanged.name ||
         std::ranges::any_of(kDomainCommon, [name](const Property& property) { return property.name == name; });
}

std::string print_schema_markdown() {
  std::string out = "# STIX 2.1 as Tocsin reads and checks it\n\nMade from the table in `src/stix/schema_*.cc`.\n\n";
  for (const auto* type : types()) print_type(out, *type);
  out += "# Structures and predefined extensions\n\n";
  for (const auto* type : structures()) print_type(out, *type);
  out += "# Vocabularies\n\n| name | clause | kind | values |\n|---|---|---|---|\n";
  for (const auto& vocabulary : all_vocabularies()) {
    fmt::format_to(std::back_inserter(out), "| `{}` | {} | {} | {} |\n", vocabulary.name, vocabulary.clause,
                   vocabulary.closed ? "closed" : "open", fmt::join(vocabulary.values, ", "));
  }
  return out;
}

}  // namespace tocsin::stix
