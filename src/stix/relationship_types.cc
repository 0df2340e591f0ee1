#include "stix/relationship_types.h"

#include <algorithm>

#include "stix/schema.h"

namespace tocsin::stix {
namespace {

struct Row {
  std::string_view source;
  std::string_view relationships;
  std::string_view targets;  ///< "sco" = any cyber observable
};

constexpr Row kRows[] = {
    {"attack-pattern", "delivers", "malware"},
    {"attack-pattern", "targets", "identity location vulnerability"},
    {"attack-pattern", "uses", "malware tool"},
    {"campaign", "attributed-to", "intrusion-set threat-actor"},
    {"campaign", "compromises", "infrastructure"},
    {"campaign", "originates-from", "location"},
    {"campaign", "targets", "identity location vulnerability"},
    {"campaign", "uses", "attack-pattern infrastructure malware tool"},
    {"course-of-action", "investigates", "indicator"},
    {"course-of-action", "mitigates", "attack-pattern indicator malware tool vulnerability"},
    {"course-of-action", "remediates", "malware vulnerability"},
    {"identity", "located-at", "location"},
    {"indicator", "indicates", "attack-pattern campaign infrastructure intrusion-set malware threat-actor tool"},
    {"indicator", "based-on", "observed-data"},
    {"infrastructure", "communicates-with", "infrastructure ipv4-addr ipv6-addr domain-name url"},
    {"infrastructure", "consists-of", "infrastructure observed-data sco"},
    {"infrastructure", "controls", "infrastructure malware"},
    {"infrastructure", "delivers", "malware"},
    {"infrastructure", "has", "vulnerability"},
    {"infrastructure", "hosts", "tool malware"},
    {"infrastructure", "located-at", "location"},
    {"infrastructure", "uses", "infrastructure"},
    {"intrusion-set", "attributed-to", "threat-actor"},
    {"intrusion-set", "compromises hosts owns", "infrastructure"},
    {"intrusion-set", "originates-from", "location"},
    {"intrusion-set", "targets", "identity location vulnerability"},
    {"intrusion-set", "uses", "attack-pattern infrastructure malware tool"},
    {"malware", "authored-by", "threat-actor intrusion-set"},
    {"malware", "beacons-to exfiltrates-to", "infrastructure"},
    {"malware", "communicates-with", "ipv4-addr ipv6-addr domain-name url"},
    {"malware", "controls", "malware"},
    {"malware", "downloads drops", "malware tool file"},
    {"malware", "exploits", "vulnerability"},
    {"malware", "originates-from", "location"},
    {"malware", "targets", "identity infrastructure location vulnerability"},
    {"malware", "uses", "attack-pattern infrastructure malware tool"},
    {"malware", "variant-of", "malware"},
    {"malware-analysis", "characterizes av-analysis-of static-analysis-of dynamic-analysis-of", "malware"},
    {"threat-actor", "attributed-to impersonates", "identity"},
    {"threat-actor", "compromises hosts owns", "infrastructure"},
    {"threat-actor", "located-at", "location"},
    {"threat-actor", "targets", "identity location vulnerability"},
    {"threat-actor", "uses", "attack-pattern infrastructure malware tool"},
    {"tool", "delivers drops", "malware"},
    {"tool", "has", "vulnerability"},
    {"tool", "targets", "identity infrastructure location vulnerability"},
    {"tool", "uses", "infrastructure"},
    {"domain-name", "resolves-to", "domain-name ipv4-addr ipv6-addr"},
    {"ipv4-addr", "resolves-to", "mac-addr"},
    {"ipv4-addr", "belongs-to", "autonomous-system"},
    {"ipv6-addr", "resolves-to", "mac-addr"},
    {"ipv6-addr", "belongs-to", "autonomous-system"},
};

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const auto space = words.find(' ');
    if (words.substr(0, space) == word) return true;
    words.remove_prefix(space == std::string_view::npos ? words.size() : space + 1);
  }
  return false;
}

}  // namespace

bool is_listed_relationship(std::string_view source_type, std::string_view relationship_type,
                            std::string_view target_type) {
  if (relationship_type == "related-to") return true;
  if (relationship_type == "derived-from" || relationship_type == "duplicate-of") return source_type == target_type;
  const auto* source = find_type(source_type);
  const auto* target = find_type(target_type);
  if (source == nullptr || target == nullptr) return true;
  return std::ranges::any_of(kRows, [&](const Row& row) {
    return row.source == source_type && has_word(row.relationships, relationship_type) &&
           (has_word(row.targets, target_type) || (has_word(row.targets, "sco") && target->category == Category::sco));
  });
}

}  // namespace tocsin::stix
