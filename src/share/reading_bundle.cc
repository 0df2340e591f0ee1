#include "share/reading_bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "share/assembler.h"
#include "share/gate.h"
#include "stix/identifier.h"

namespace tocsin::share {

namespace {

using record::EntityType;
using record::IndicatorType;

/// The SDO type that a term becomes; nullopt for what STIX has no object for (dates, motives, weaknesses …).
std::optional<std::string_view> object_type(EntityType type) {
  switch (type) {
    case EntityType::intrusion_set:
    case EntityType::threat_actor:
    case EntityType::campaign:
    case EntityType::malware:
    case EntityType::tool:
    case EntityType::attack_pattern:
    case EntityType::vulnerability:
    case EntityType::identity:
    case EntityType::location:
    case EntityType::infrastructure:
      return record::entity_type_name(type);
    case EntityType::person:
      return "identity";
    default:
      return std::nullopt;
  }
}

/// A STIX pattern string literal (§9.3): backslash and quote are escaped.
std::string quote_literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\\' || c == '\'') out += '\\';
    out += c;
  }
  return out + "'";
}

/// The pattern that finds an indicator; nullopt for types that are no observable (CVE, ATT&CK ids …).
std::optional<std::string> pattern_of(const record::Indicator& indicator) {
  struct Mapping {
    IndicatorType type;
    std::string_view path;
  };
  constexpr Mapping kMappings[] = {{IndicatorType::url, "url:value"},
                                   {IndicatorType::domain, "domain-name:value"},
                                   {IndicatorType::onion, "domain-name:value"},
                                   {IndicatorType::ipv4, "ipv4-addr:value"},
                                   {IndicatorType::ipv6, "ipv6-addr:value"},
                                   {IndicatorType::email, "email-addr:value"},
                                   {IndicatorType::md5, "file:hashes.MD5"},
                                   {IndicatorType::sha1, "file:hashes.'SHA-1'"},
                                   {IndicatorType::sha256, "file:hashes.'SHA-256'"},
                                   {IndicatorType::sha512, "file:hashes.'SHA-512'"},
                                   {IndicatorType::ssdeep, "file:hashes.SSDEEP"},
                                   {IndicatorType::tlsh, "file:hashes.TLSH"},
                                   {IndicatorType::file_name, "file:name"},
                                   {IndicatorType::mutex, "mutex:name"},
                                   {IndicatorType::registry_key, "windows-registry-key:key"},
                                   {IndicatorType::mac, "mac-addr:value"}};
  if (indicator.type == IndicatorType::cidr) {
    const bool is_v6 = indicator.value.find(':') != std::string::npos;
    return fmt::format("[{}:value ISSUBSET {}]", is_v6 ? "ipv6-addr" : "ipv4-addr", quote_literal(indicator.value));
  }
  for (const Mapping& mapping : kMappings) {
    if (mapping.type == indicator.type) return fmt::format("[{} = {}]", mapping.path, quote_literal(indicator.value));
  }
  return std::nullopt;
}

std::string print_claim(const record::Claim& claim) {
  std::string out = fmt::format("{} {}{}{}", claim.subject.name, claim.negated ? "not: " : "",
                                record::predicate_name(claim.predicate), claim.object ? " " + claim.object->name : "");
  if (claim.factuality != record::Factuality::actual)
    out += fmt::format(" ({})", record::factuality_name(claim.factuality));
  return out;
}

class ReadingWriter {
 public:
  ReadingWriter(BundleAssembler& assembler, const record::DocumentReading& reading, const record::KnownEntities& known,
                stix::Tlp level)
      : assembler_(assembler), reading_(reading), known_(known), level_(level) {}

  void write() {
    for (const record::Entity& entity : reading_.entities) {
      if (!record::is_noise(entity.zone)) write_thing(entity.type, entity.name, entity.id);
    }
    for (const record::Claim& claim : reading_.claims) write_claim(claim);
    for (const record::Indicator& indicator : reading_.indicators) write_indicator(indicator);
    if (!members_.empty()) write_report();
  }

 private:
  std::string member(std::string id) {
    if (mentioned_.insert(id).second) members_.push_back(id);
    return id;
  }

  std::optional<std::string> write_thing(EntityType type, const std::string& name, const std::string& id) {
    const std::optional<std::string_view> stix_type = object_type(type);
    if (!stix_type || name.empty()) return std::nullopt;
    if (*stix_type == "intrusion-set") return member(assembler_.add_intrusion_set(name, id, level_));
    if (*stix_type == "identity") {
      const bool is_person = type == EntityType::person;
      return member(assembler_.add_identity(name, is_person ? "individual" : "organization", {}, level_));
    }
    stix::Object object = assembler_.make_domain_object(*stix_type, {name});
    if (!id.empty() && stix::type_of_id(id) == *stix_type) object.set("id", id);
    object.set("name", name);
    if (*stix_type == "malware") object.set("is_family", true);
    if (*stix_type == "location") return write_location(std::move(object));
    if (*stix_type == "vulnerability") {
      json::Value reference;
      reference.set("source_name", "cve");
      reference.set("external_id", name);
      object.set("external_references", json::Array{std::move(reference)});
    }
    return member(assembler_.add(std::move(object), level_));
  }

  /// A location needs a country, a region or coordinates (§4.9): without a known country it is none.
  std::optional<std::string> write_location(stix::Object object) {
    const auto known = std::ranges::find_if(known_, [&](const record::KnownEntity& entity) {
      return entity.type == EntityType::location && entity.name == object.name();
    });
    if (known == known_.end() || known->country.empty()) return std::nullopt;
    object.set("country", known->country);
    return member(assembler_.add(std::move(object), level_));
  }

  void write_claim(const record::Claim& claim) {
    const std::optional<std::string> subject = write_thing(claim.subject.type, claim.subject.name, claim.subject.id);
    const std::optional<std::string> object =
        claim.object ? write_thing(claim.object->type, claim.object->name, claim.object->id) : std::nullopt;
    const bool is_fact = !claim.negated && claim.denied_by.empty() && claim.factuality == record::Factuality::actual;
    if (subject && object && is_fact && *subject != *object && is_relationship(claim.predicate)) {
      member(assembler_.add_relationship(record::predicate_name(claim.predicate), *subject, *object, "", level_));
    }
    std::vector<std::string> about;
    if (subject) about.push_back(*subject);
    if (object && object != subject) about.push_back(*object);
    if (about.empty()) return;
    std::string said_by;
    for (const record::Claimant& claimant : claim.claimants) {
      said_by += (said_by.empty() ? "; said by " : ", passed on by ") + claimant.name;
    }
    for (const record::Evidence& evidence : claim.evidence) {
      member(assembler_.add_note(print_claim(claim),
                                 fmt::format("“{}” ({}{})", evidence.quote, print_place(evidence), said_by), about,
                                 level_));
    }
  }

  /// Predicates up to `indicates` are STIX's own relationship types.
  static bool is_relationship(record::Predicate predicate) { return predicate <= record::Predicate::indicates; }

  void write_indicator(const record::Indicator& indicator) {
    if (indicator.suppressed) return;
    if (indicator.type == IndicatorType::cve) {
      write_thing(EntityType::vulnerability, indicator.value, "");
      return;
    }
    const std::optional<std::string> pattern = pattern_of(indicator);
    if (!pattern) return;
    stix::Object object = assembler_.make_domain_object("indicator", {*pattern});
    object.set("name", fmt::format("{} {}", record::indicator_type_name(indicator.type), indicator.value));
    object.set_strings("indicator_types", {"unknown"});
    object.set("pattern", *pattern).set("pattern_type", "stix").set("valid_from", assembler_.created());
    object.set("confidence", json::Value::integer(indicator.confidence));
    member(assembler_.add(std::move(object), level_));
  }

  /// STIX wants an instant: a date is its first one, an unknown time that of our reading.
  std::string print_published(const std::optional<std::string>& published) const {
    if (!published) return assembler_.created();
    if (const auto time = parse_rfc3339(*published)) return print_rfc3339(time->instant, 3);
    if (const auto day = parse_date(*published)) return print_rfc3339(day->instant, 3);
    return assembler_.created();
  }

  void write_report() {
    const record::DocumentInfo& document = reading_.document;
    stix::Object report = assembler_.make_domain_object("report", {document.sha256});
    report.set("name", document.title.value_or(document.path)).set_strings("report_types", {"threat-report"});
    report.set("published", print_published(document.published));
    report.set_strings("object_refs", members_);
    json::Value reference;
    reference.set("source_name", "document");
    reference.set("description", document.path);
    report.set("external_references", json::Array{std::move(reference)});
    assembler_.add(std::move(report), level_);
  }

  BundleAssembler& assembler_;
  const record::DocumentReading& reading_;
  const record::KnownEntities& known_;
  stix::Tlp level_;
  std::vector<std::string> members_;
  std::set<std::string> mentioned_;
};

}  // namespace

stix::Bundle make_reading_bundle(const ReadingBundleInput& input) {
  BundleAssembler assembler(input.created, input.known);
  for (const record::DocumentReading& reading : input.readings) {
    ReadingWriter(assembler, reading, input.known, to_stix(input.marking)).write();
  }
  return std::move(assembler).take();
}

}  // namespace tocsin::share
