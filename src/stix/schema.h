#pragma once

// STIX 2.1 as a table: types, their properties and what each may hold. It drives reading, checking, lifting, the
// deterministic identifiers and the documentation. The rows are in schema_*.cc.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "stix/object.h"
#include "stix/vocabulary.h"

namespace tocsin::stix {

/// The data types of §2 (lists apart, see Property::list).
enum class Kind : std::uint8_t {
  string,
  integer,
  real,  ///< §2.6 float
  boolean,
  timestamp,
  binary,  ///< base64
  hex,
  hashes,
  identifier,   ///< `of` = what it may point to: type names, "sdo", "sro", "sco", or "any" (all but a bundle)
  enumeration,  ///< `of` = vocabulary, closed
  open,         ///< `of` = vocabulary, open
  dictionary,   ///< `of` = what the values are: "" (any), "string", "string-list", "integer", "integer-or-string",
                ///< "language"
  structure,    ///< `of` = name of a structure in this table
  extensions,
  language,  ///< RFC 5646 tag
  any,
};

enum class Presence : std::uint8_t { optional, required };

/// Bounds and forms beyond the data type.
enum class Form : std::uint8_t {
  none,
  not_negative,    ///< integer >= 0
  confidence,      ///< 0 to 100
  observed_count,  ///< 1 to 999,999,999
  sighting_count,  ///< 0 to 999,999,999
  port,            ///< 0 to 65535
  protocol,        ///< lower case
  latitude,
  longitude,
  url,            ///< RFC 3986, absolute
  url_reference,  ///< the same where the specification only says so
  url_artifact,   ///< of an artifact
  mime_type,
  domain,          ///< RFC 1034 and RFC 5890
  email,           ///< RFC 5322 addr-spec
  decoded_header,  ///< no RFC 2047 encoded words
  ipv4,            ///< address or CIDR
  ipv6,            ///< address or CIDR
  mac,
  cpe23,
  country,       ///< ISO 3166-1 alpha-2
  lower_hyphen,  ///< lower case, hyphens between words
  registry_key,  ///< hive written out
  stix_pattern,  ///< checked where pattern_type is "stix"
  whole_seconds,
  milliseconds,    ///< at least three fraction digits
  priority_class,  ///< ends in _CLASS
  product,         ///< lower case with hyphens
  charset,         ///< IANA name
};

struct Property {
  std::string_view name;
  Kind kind = Kind::string;
  Presence presence = Presence::optional;
  bool list = false;
  std::string_view of = {};
  Form form = Form::none;
};

/// One object type, embedded structure or predefined extension.
struct TypeDefinition {
  std::string_view name;
  Category category = Category::sdo;
  std::string_view clause;                                 ///< e.g. "4.1"
  std::span<const Property> properties;                    ///< without the common ones
  std::span<const std::string_view> id_contributing = {};  ///< of SCOs, §6
  std::span<const std::string_view> extensions = {};       ///< predefined extensions that it may carry
  std::span<const std::string_view> needs_one_of = {};     ///< at least one of these must be there
};

/// The definition of an object type; nullptr when the specification has none of that name.
const TypeDefinition* find_type(std::string_view name);
/// An embedded structure ("external-reference", "windows-registry-value-type" …) or predefined extension.
const TypeDefinition* find_structure(std::string_view name);
/// All object types in the order of the specification.
std::span<const TypeDefinition* const> all_types();
std::span<const TypeDefinition* const> all_structures();
/// Properties that every object of the category may have (§3.2), with those that it must have.
std::span<const Property> common_properties(const TypeDefinition& type);
/// The same for custom objects, which must have those of an SDO, or of an SCO where they say that they are one.
std::span<const Property> common_properties(Category category);
/// True for the names of §3.2, whichever types may use them.
bool is_common_property(std::string_view name);
/// The property of that name, common ones included; nullptr when there is none.
const Property* find_property(const TypeDefinition& type, std::string_view name);

/// The table as Markdown, one section a type.
std::string print_schema_markdown();

}  // namespace tocsin::stix
