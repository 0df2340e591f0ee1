#pragma once

// Identifiers: their form (§2.9), the deterministic ones of SCOs (§3.4), and those of the objects that we write.

#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/json.h"

namespace tocsin::stix {

/// Namespace of SCO identifiers, §2.9.
inline constexpr std::string_view kScoNamespace = "00abedb4-aa42-466c-9c01-fed23315a9b7";
/// Namespace of the identifiers of our own SDOs, SROs and bundles. Fixed for ever: ids of old output depend on it.
inline constexpr std::string_view kOwnNamespace = "c0f6b4e2-6b0d-5a86-9d3b-0a4d8f1f5c21";

/// `type--UUID`.
struct Identifier {
  std::string_view type;  ///< points into the parsed text
  Uuid uuid;
};
/// errors: syntax (no "--", bad type name, bad UUID form)
Result<Identifier> parse_identifier(std::string_view text);

/// The identifier of an SCO from its ID Contributing Properties: UUIDv5 over their RFC 8785 form, one hash only (MD5,
/// SHA-1, SHA-256, SHA-512, else the first by name). UUIDv4 where the type has none (process), or where none of them
/// is there, as §2.9 asks; use has_deterministic_id() to know.
/// in:     properties: the SCO's JSON object (id and other properties are looked past)
/// errors: invalid (not an SCO of the specification, repeated keys)
Result<std::string> make_deterministic_id(std::string_view type, const json::Value& properties);
bool has_deterministic_id(std::string_view type, const json::Value& properties);

/// The identifier of an SDO, SRO, meta object or bundle that we write: UUIDv5 in kOwnNamespace over type and key parts.
/// The same type and key give the same identifier, whoever calls. Give what makes the thing itself, e.g. {"APT10"} for
/// an intrusion-set, {relationship_type, source_ref, target_ref} for a relationship. Parts are kept apart by length.
std::string make_own_id(std::string_view type, const std::vector<std::string_view>& key);

}  // namespace tocsin::stix
