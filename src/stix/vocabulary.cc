#include "stix/vocabulary.h"

#include <algorithm>
#include <array>

// Open vocabularies hold the values of the OASIS Standard of June 2021 and the few that Errata 01 adds (rust, legal,
// incident, private-sector): being open, a value more or less changes warnings only.

namespace tocsin::stix {
namespace {

using Text = std::string_view;

constexpr Text kAccountTypeOv[] = {"facebook", "ldap",    "nis",  "openid",        "radius",        "skype",
                                   "tacacs",   "twitter", "unix", "windows-local", "windows-domain"};
constexpr Text kAttackMotivationOv[] = {"accidental",    "coercion",
                                        "dominance",     "ideology",
                                        "notoriety",     "organizational-gain",
                                        "personal-gain", "personal-satisfaction",
                                        "revenge",       "unpredictable"};
constexpr Text kAttackResourceLevelOv[] = {"individual", "club", "contest", "team", "organization", "government"};
constexpr Text kEncryptionAlgorithmEnum[] = {"AES-256-GCM", "ChaCha20-Poly1305", "mime-type-indicated"};
constexpr Text kExtensionTypeEnum[] = {"new-sdo", "new-sco", "new-sro", "property-extension",
                                       "toplevel-property-extension"};
constexpr Text kGroupingContextOv[] = {"suspicious-activity", "malware-analysis", "unspecified"};
constexpr Text kHashAlgorithmOv[] = {"MD5", "SHA-1", "SHA-256", "SHA-512", "SHA3-256", "SHA3-512", "SSDEEP", "TLSH"};
constexpr Text kIdentityClassOv[] = {"individual", "group", "system", "organization", "class", "unknown"};
constexpr Text kImplementationLanguageOv[] = {"applescript", "bash",         "c",      "c++",         "c#",    "go",
                                              "java",        "javascript",   "lua",    "objective-c", "perl",  "php",
                                              "powershell",  "python",       "ruby",   "rust",        "scala", "swift",
                                              "typescript",  "visual-basic", "x86-32", "x86-64"};
constexpr Text kIndicatorTypeOv[] = {"anomalous-activity", "anonymization", "benign", "compromised",
                                     "malicious-activity", "attribution",   "unknown"};
constexpr Text kIndustrySectorOv[] = {"agriculture",
                                      "aerospace",
                                      "automotive",
                                      "chemical",
                                      "commercial",
                                      "communications",
                                      "construction",
                                      "defense",
                                      "education",
                                      "energy",
                                      "entertainment",
                                      "financial-services",
                                      "government",
                                      "emergency-services",
                                      "government-local",
                                      "government-national",
                                      "government-public-services",
                                      "government-regional",
                                      "healthcare",
                                      "hospitality-leisure",
                                      "infrastructure",
                                      "dams",
                                      "nuclear",
                                      "water",
                                      "insurance",
                                      "legal",
                                      "manufacturing",
                                      "mining",
                                      "non-profit",
                                      "pharmaceuticals",
                                      "retail",
                                      "technology",
                                      "telecommunications",
                                      "transportation",
                                      "utilities"};
constexpr Text kInfrastructureTypeOv[] = {
    "amplification",  "anonymization",    "botnet",          "command-and-control",  "control-system",
    "exfiltration",   "firewall",         "hosting-malware", "hosting-target-lists", "phishing",
    "reconnaissance", "routers-switches", "staging",         "workstation",          "unknown"};
constexpr Text kMalwareResultOv[] = {"malicious", "suspicious", "benign", "unknown"};
constexpr Text kMalwareCapabilitiesOv[] = {"accesses-remote-machines",
                                           "anti-debugging",
                                           "anti-disassembly",
                                           "anti-emulation",
                                           "anti-memory-forensics",
                                           "anti-sandbox",
                                           "anti-vm",
                                           "captures-input-peripherals",
                                           "captures-output-peripherals",
                                           "captures-system-state-data",
                                           "cleans-traces-of-infection",
                                           "commits-fraud",
                                           "communicates-with-c2",
                                           "compromises-data-availability",
                                           "compromises-data-integrity",
                                           "compromises-system-availability",
                                           "controls-local-machine",
                                           "degrades-security-software",
                                           "degrades-system-updates",
                                           "determines-c2-server",
                                           "emails-spam",
                                           "escalates-privileges",
                                           "evades-av",
                                           "exfiltrates-data",
                                           "fingerprints-host",
                                           "hides-artifacts",
                                           "hides-executing-code",
                                           "infects-files",
                                           "infects-remote-machines",
                                           "installs-other-components",
                                           "persists-after-system-reboot",
                                           "prevents-artifact-access",
                                           "prevents-artifact-deletion",
                                           "probes-network-environment",
                                           "self-modifies",
                                           "steals-authentication-credentials",
                                           "violates-system-operational-integrity"};
constexpr Text kMalwareTypeOv[] = {"adware",
                                   "backdoor",
                                   "bot",
                                   "bootkit",
                                   "ddos",
                                   "downloader",
                                   "dropper",
                                   "exploit-kit",
                                   "keylogger",
                                   "ransomware",
                                   "remote-access-trojan",
                                   "resource-exploitation",
                                   "rogue-security-software",
                                   "rootkit",
                                   "screen-capture",
                                   "spyware",
                                   "trojan",
                                   "unknown",
                                   "virus",
                                   "webshell",
                                   "wiper",
                                   "worm"};
constexpr Text kNetworkSocketAddressFamilyEnum[] = {"AF_UNSPEC",  "AF_INET",  "AF_IPX",  "AF_APPLETALK",
                                                    "AF_NETBIOS", "AF_INET6", "AF_IRDA", "AF_BTH"};
constexpr Text kNetworkSocketTypeEnum[] = {"SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW", "SOCK_RDM", "SOCK_SEQPACKET"};
constexpr Text kOpinionEnum[] = {"strongly-disagree", "disagree", "neutral", "agree", "strongly-agree"};
constexpr Text kPatternTypeOv[] = {"stix", "pcre", "sigma", "snort", "suricata", "yara"};
constexpr Text kProcessorArchitectureOv[] = {"alpha", "arm", "ia-64", "mips", "powerpc", "sparc", "x86", "x86-64"};
constexpr Text kRegionOv[] = {"africa",
                              "eastern-africa",
                              "middle-africa",
                              "northern-africa",
                              "southern-africa",
                              "western-africa",
                              "americas",
                              "caribbean",
                              "central-america",
                              "latin-america-caribbean",
                              "northern-america",
                              "south-america",
                              "asia",
                              "central-asia",
                              "eastern-asia",
                              "southern-asia",
                              "south-eastern-asia",
                              "western-asia",
                              "europe",
                              "eastern-europe",
                              "northern-europe",
                              "southern-europe",
                              "western-europe",
                              "oceania",
                              "antarctica",
                              "australia-new-zealand",
                              "melanesia",
                              "micronesia",
                              "polynesia"};
constexpr Text kReportTypeOv[] = {"attack-pattern", "campaign",      "identity", "incident",
                                  "indicator",      "intrusion-set", "malware",  "observed-data",
                                  "threat-actor",   "threat-report", "tool",     "vulnerability"};
constexpr Text kThreatActorTypeOv[] = {"activist",
                                       "competitor",
                                       "crime-syndicate",
                                       "criminal",
                                       "hacker",
                                       "insider-accidental",
                                       "insider-disgruntled",
                                       "nation-state",
                                       "private-sector",
                                       "sensationalist",
                                       "spy",
                                       "terrorist",
                                       "unknown"};
constexpr Text kThreatActorRoleOv[] = {
    "agent",          "director", "independent", "infrastructure-architect", "infrastructure-operator",
    "malware-author", "sponsor"};
constexpr Text kThreatActorSophisticationOv[] = {"none",   "minimal",   "intermediate", "advanced",
                                                 "expert", "innovator", "strategic"};
constexpr Text kToolTypeOv[] = {"denial-of-service",       "exploitation",  "information-gathering",  "network-capture",
                                "credential-exploitation", "remote-access", "vulnerability-scanning", "unknown"};
constexpr Text kWindowsIntegrityLevelEnum[] = {"low", "medium", "high", "system"};
constexpr Text kWindowsPebinaryTypeOv[] = {"dll", "exe", "sys"};
constexpr Text kWindowsRegistryDatatypeEnum[] = {"REG_NONE",
                                                 "REG_SZ",
                                                 "REG_EXPAND_SZ",
                                                 "REG_BINARY",
                                                 "REG_DWORD",
                                                 "REG_DWORD_BIG_ENDIAN",
                                                 "REG_DWORD_LITTLE_ENDIAN",
                                                 "REG_LINK",
                                                 "REG_MULTI_SZ",
                                                 "REG_RESOURCE_LIST",
                                                 "REG_FULL_RESOURCE_DESCRIPTION",
                                                 "REG_RESOURCE_REQUIREMENTS_LIST",
                                                 "REG_QWORD",
                                                 "REG_INVALID_TYPE"};
constexpr Text kWindowsServiceStartTypeEnum[] = {"SERVICE_AUTO_START", "SERVICE_BOOT_START", "SERVICE_DEMAND_START",
                                                 "SERVICE_DISABLED", "SERVICE_SYSTEM_ALERT"};
constexpr Text kWindowsServiceTypeEnum[] = {"SERVICE_KERNEL_DRIVER", "SERVICE_FILE_SYSTEM_DRIVER",
                                            "SERVICE_WIN32_OWN_PROCESS", "SERVICE_WIN32_SHARE_PROCESS"};
constexpr Text kWindowsServiceStatusEnum[] = {
    "SERVICE_CONTINUE_PENDING", "SERVICE_PAUSE_PENDING", "SERVICE_PAUSED", "SERVICE_RUNNING",
    "SERVICE_START_PENDING",    "SERVICE_STOP_PENDING",  "SERVICE_STOPPED"};
constexpr Text kMarkingDefinitionTypeOv[] = {"statement", "tlp"};

constexpr auto kVocabularies = std::to_array<Vocabulary>({
    {"account-type-ov", "10.1", false, kAccountTypeOv},
    {"attack-motivation-ov", "10.2", false, kAttackMotivationOv},
    {"attack-resource-level-ov", "10.3", false, kAttackResourceLevelOv},
    {"encryption-algorithm-enum", "10.4", true, kEncryptionAlgorithmEnum},
    {"extension-type-enum", "10.5", true, kExtensionTypeEnum},
    {"grouping-context-ov", "10.6", false, kGroupingContextOv},
    {"hash-algorithm-ov", "10.7", false, kHashAlgorithmOv},
    {"identity-class-ov", "10.8", false, kIdentityClassOv},
    {"implementation-language-ov", "10.9", false, kImplementationLanguageOv},
    {"indicator-type-ov", "10.10", false, kIndicatorTypeOv},
    {"industry-sector-ov", "10.11", false, kIndustrySectorOv},
    {"infrastructure-type-ov", "10.12", false, kInfrastructureTypeOv},
    {"malware-result-ov", "10.13", false, kMalwareResultOv},
    {"malware-capabilities-ov", "10.14", false, kMalwareCapabilitiesOv},
    {"malware-type-ov", "10.15", false, kMalwareTypeOv},
    {"network-socket-address-family-enum", "10.16", true, kNetworkSocketAddressFamilyEnum},
    {"network-socket-type-enum", "10.17", true, kNetworkSocketTypeEnum},
    {"opinion-enum", "10.18", true, kOpinionEnum},
    {"pattern-type-ov", "10.19", false, kPatternTypeOv},
    {"processor-architecture-ov", "10.20", false, kProcessorArchitectureOv},
    {"region-ov", "10.21", false, kRegionOv},
    {"report-type-ov", "10.22", false, kReportTypeOv},
    {"threat-actor-type-ov", "10.23", false, kThreatActorTypeOv},
    {"threat-actor-role-ov", "10.24", false, kThreatActorRoleOv},
    {"threat-actor-sophistication-ov", "10.25", false, kThreatActorSophisticationOv},
    {"tool-type-ov", "10.26", false, kToolTypeOv},
    {"windows-integrity-level-enum", "10.27", true, kWindowsIntegrityLevelEnum},
    {"windows-pebinary-type-ov", "10.28", false, kWindowsPebinaryTypeOv},
    {"windows-registry-datatype-enum", "10.29", true, kWindowsRegistryDatatypeEnum},
    {"windows-service-start-type-enum", "10.30", true, kWindowsServiceStartTypeEnum},
    {"windows-service-type-enum", "10.31", true, kWindowsServiceTypeEnum},
    {"windows-service-status-enum", "10.32", true, kWindowsServiceStatusEnum},
    {"marking-definition-type-ov", "7.2.1", false, kMarkingDefinitionTypeOv},
});

}  // namespace

bool Vocabulary::contains(std::string_view value) const { return std::ranges::find(values, value) != values.end(); }

const Vocabulary* find_vocabulary(std::string_view name) {
  const auto found = std::ranges::find(kVocabularies, name, &Vocabulary::name);
  return found == kVocabularies.end() ? nullptr : &*found;
}

std::span<const Vocabulary> all_vocabularies() { return kVocabularies; }

}  // namespace tocsin::stix
