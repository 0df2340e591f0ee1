// The words for every enumeration of the records, each table in the order of its enum.

#include <algorithm>
#include <array>
#include <string_view>

#include "record/claim.h"
#include "record/document.h"
#include "record/exposure.h"
#include "record/indicator.h"
#include "record/match.h"
#include "record/names.h"
#include "record/organisation.h"
#include "record/warning.h"

namespace tocsin::record {

namespace {

using std::string_view;

constexpr auto kZones =
    std::to_array<string_view>({"title", "heading", "body", "list", "table", "quote", "caption", "code", "metadata",
                                "navigation", "related", "comments", "form", "advertisement", "footer"});
constexpr auto kEntityTypes = std::to_array<string_view>(
    {"intrusion-set", "threat-actor", "campaign", "malware", "tool", "attack-pattern", "vulnerability", "identity",
     "location", "infrastructure", "software", "sector", "person", "date", "weakness", "motive"});
constexpr auto kOrganisationKinds =
    std::to_array<string_view>({"analyst", "agency", "outlet", "government", "cert", "company", "other"});
constexpr auto kIndicatorTypes = std::to_array<string_view>({"url",
                                                             "domain",
                                                             "ipv4",
                                                             "ipv6",
                                                             "cidr",
                                                             "email",
                                                             "md5",
                                                             "sha1",
                                                             "sha224",
                                                             "sha256",
                                                             "sha384",
                                                             "sha512",
                                                             "ssdeep",
                                                             "tlsh",
                                                             "imphash",
                                                             "authentihash",
                                                             "ja3",
                                                             "ja3s",
                                                             "ja4",
                                                             "jarm",
                                                             "file-name",
                                                             "path",
                                                             "registry-key",
                                                             "mutex",
                                                             "pipe",
                                                             "service",
                                                             "user-agent",
                                                             "mac",
                                                             "asn",
                                                             "x509-serial",
                                                             "x509-thumbprint",
                                                             "cve",
                                                             "ghsa",
                                                             "cwe",
                                                             "capec",
                                                             "cpe",
                                                             "attack",
                                                             "yara-rule",
                                                             "pdb-path",
                                                             "btc",
                                                             "eth",
                                                             "xmr",
                                                             "trx",
                                                             "ltc",
                                                             "sol",
                                                             "ton",
                                                             "onion",
                                                             "ipfs",
                                                             "phone",
                                                             "iban",
                                                             "account"});
constexpr auto kPredicates = std::to_array<string_view>({"targets",       "uses",
                                                         "exploits",      "attributed-to",
                                                         "located-at",    "originates-from",
                                                         "delivers",      "drops",
                                                         "downloads",     "communicates-with",
                                                         "impersonates",  "variant-of",
                                                         "compromises",   "exfiltrates-to",
                                                         "hosts",         "owns",
                                                         "beacons-to",    "indicates",
                                                         "also-known-as", "part-of",
                                                         "has-weakness",  "motivated-by",
                                                         "informed",      "declined-to-comment",
                                                         "denies",        "confirms"});
constexpr auto kFactualities = std::to_array<string_view>({"actual", "attempted", "possible", "planned", "generic"});
constexpr auto kClaimantRoles =
    std::to_array<string_view>({"primary", "analyst", "government", "agency", "outlet", "unnamed"});
constexpr auto kTlps =
    std::to_array<string_view>({"tlp:clear", "tlp:green", "tlp:amber", "tlp:amber+strict", "tlp:red"});
constexpr auto kNetworkExposures = std::to_array<string_view>({"internal", "partner", "internet"});
constexpr auto kImportances = std::to_array<string_view>({"low", "medium", "high", "critical"});
constexpr auto kVerdicts = std::to_array<string_view>(
    {"affected", "likely", "conditional", "version-unknown", "fixed-by-backport", "not-affected", "end-of-life"});
constexpr auto kEngines = std::to_array<string_view>({"sigma", "correlation", "stix", "indicator"});
constexpr auto kLikelihoods =
    std::to_array<string_view>({"almost no chance", "very unlikely", "unlikely", "roughly even chance", "likely",
                                "very likely", "almost certain"});

template <typename Enum, std::size_t N>
string_view name_in(const std::array<string_view, N>& names, Enum value) {
  return names[static_cast<std::size_t>(value)];
}

template <typename Enum, std::size_t N>
std::optional<Enum> find_in(const std::array<string_view, N>& names, string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

static_assert(kIndicatorTypes.size() == static_cast<std::size_t>(IndicatorType::account) + 1);
static_assert(kPredicates.size() == static_cast<std::size_t>(Predicate::confirms) + 1);
static_assert(kEntityTypes.size() == static_cast<std::size_t>(EntityType::motive) + 1);
static_assert(kZones.size() == static_cast<std::size_t>(Zone::footer) + 1);

}  // namespace

string_view zone_name(Zone zone) { return name_in(kZones, zone); }
string_view entity_type_name(EntityType type) { return name_in(kEntityTypes, type); }
std::optional<EntityType> parse_entity_type(string_view name) { return find_in<EntityType>(kEntityTypes, name); }
string_view organisation_kind_name(OrganisationKind kind) { return name_in(kOrganisationKinds, kind); }
std::optional<OrganisationKind> parse_organisation_kind(string_view name) {
  return find_in<OrganisationKind>(kOrganisationKinds, name);
}
string_view indicator_type_name(IndicatorType type) { return name_in(kIndicatorTypes, type); }
std::optional<IndicatorType> parse_indicator_type(string_view name) {
  return find_in<IndicatorType>(kIndicatorTypes, name);
}
string_view predicate_name(Predicate predicate) { return name_in(kPredicates, predicate); }
std::optional<Predicate> parse_predicate(string_view name) { return find_in<Predicate>(kPredicates, name); }
string_view factuality_name(Factuality factuality) { return name_in(kFactualities, factuality); }
string_view claimant_role_name(ClaimantRole role) { return name_in(kClaimantRoles, role); }
string_view tlp_name(Tlp tlp) { return name_in(kTlps, tlp); }
string_view network_exposure_name(NetworkExposure exposure) { return name_in(kNetworkExposures, exposure); }
string_view importance_name(Importance importance) { return name_in(kImportances, importance); }
string_view verdict_name(Verdict verdict) { return name_in(kVerdicts, verdict); }
string_view engine_name(Engine engine) { return name_in(kEngines, engine); }
string_view likelihood_name(Likelihood likelihood) { return name_in(kLikelihoods, likelihood); }

}  // namespace tocsin::record
