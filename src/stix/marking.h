#pragma once

// Data markings (§7.2): TLP 1 and TLP 2.0, other definitions, and what marking an object or one property really has.
// Most restrictive wins; a marking that is not known, not there or not understood counts as closed.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stix/object.h"

namespace tocsin::stix {

/// TLP 2.0 levels in the order of restriction. TLP 1's white is clear; TLP 1's amber is amber (2.0's amber+strict was
/// not expressible). `closed` = a marking that we do not understand: nothing leaves.
enum class Tlp : std::uint8_t { clear, green, amber, amber_strict, red, closed };

/// "clear", "green", "amber", "amber+strict", "red", "closed".
std::string_view tlp_name(Tlp tlp);
/// Takes "amber", "TLP:AMBER+STRICT", "tlp:white" …, any case.     out: nullopt for anything else
std::optional<Tlp> parse_tlp(std::string_view text);

/// Extension that TLP 2.0 definitions carry, as published by OASIS in cti-stix-common-objects.
inline constexpr std::string_view kTlp2Extension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
/// Id of the published TLP 2.0 marking definition. `tlp` must not be closed.
std::string_view tlp2_id(Tlp tlp);
/// The published TLP 2.0 marking-definition object, to be put into bundles that use it. `tlp` must not be closed.
Object make_tlp2_definition(Tlp tlp);
/// The level of a fixed TLP 1 (§7.2.1.4) or TLP 2.0 id; nullopt for any other id.
std::optional<Tlp> tlp_of_id(std::string_view marking_id);

/// Marking definitions by id, gathered from bundles. The fixed TLP ids are always known and cannot be redefined.
class MarkingTable {
 public:
  /// Remembers `object` when it is a marking-definition. A statement marking does not restrict: it counts as clear.
  /// Two definitions of one id: the stricter counts, in whichever order they come.
  void add(const Object& object);
  /// The level of a marking; `closed` when the id is unknown or its definition is of a kind that we do not understand.
  Tlp level(std::string_view marking_id) const;

 private:
  std::map<std::string, Tlp, std::less<>> levels_;
};

/// What an object without any marking counts as.
struct MarkingPolicy {
  Tlp unmarked = Tlp::closed;
};

/// Level of the whole object: the most restrictive of its object markings; granular ones do not count (§7.2.2).
Tlp object_level(const Object& object, const MarkingTable& table, MarkingPolicy policy = {});
/// Level that lets the object leave as it is: object markings and every granular marking.
Tlp strictest_level(const Object& object, const MarkingTable& table, MarkingPolicy policy = {});
/// Level of one property by selector, e.g. "description" or "external_references.[0].url": object markings plus every
/// granular marking whose selector is this one, lies above it or lies below it. A selector that cannot be read: closed.
Tlp property_level(const Object& object, std::string_view selector, const MarkingTable& table,
                   MarkingPolicy policy = {});

/// A copy without the properties that are marked above `clearance`, granular markings cleaned accordingly; nullopt when
/// the object as a whole is, or when a property that its type requires would have to go. When something went, the copy
/// is another object (§3.5): the caller gives it an id of its own before it leaves.
std::optional<Object> redact(const Object& object, const MarkingTable& table, Tlp clearance, MarkingPolicy policy = {});

}  // namespace tocsin::stix
