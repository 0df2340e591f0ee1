#include "share/warning_bundle.h"

#include <fmt/format.h>

#include <set>

#include "share/assembler.h"
#include "share/gate.h"
#include "stix/identifier.h"

namespace tocsin::share {

namespace {

using record::Evidence;
using record::Warning;

/// One warning at a time into the assembler; `members` is what the warning's report refers to.
class WarningWriter {
 public:
  WarningWriter(BundleAssembler& assembler, const record::Organisation& organisation, const Warning& warning)
      : assembler_(assembler), organisation_(organisation), warning_(warning), level_(to_stix(warning.marking)) {}

  void write() {
    organisation_id_ =
        member(assembler_.add_identity(organisation_.name, "organization", organisation_.sectors, level_));
    if (warning_.actor) {
      actor_id_ = member(assembler_.add_intrusion_set(warning_.actor->name, warning_.actor->id, level_));
    }
    for (const record::Claim& claim : warning_.claims) write_claim(claim);
    for (const record::Through& through : warning_.through) write_through(through);
    for (const record::Seen& seen : warning_.seen) write_seen(seen);
    for (const std::string& unknown : warning_.not_known) {
      member(assembler_.add_note("Not known", unknown, {organisation_id_}, level_));
    }
    write_report();
  }

 private:
  std::string member(std::string id) {
    if (mentioned_.insert(id).second) members_.push_back(id);
    return id;
  }

  std::string write_asset(const std::string& asset) {
    stix::Object object = assembler_.make_domain_object("infrastructure", {organisation_.name, asset});
    object.set("name", asset).set_strings("infrastructure_types", {"unknown"});
    const std::string id = member(assembler_.add(std::move(object), level_));
    member(assembler_.add_relationship("related-to", organisation_id_, id, "owns this asset", level_));
    return id;
  }

  std::string write_software(const record::Exposure& exposure) {
    json::Value properties;
    properties.set("name", exposure.component);
    if (!exposure.version.empty()) properties.set("version", exposure.version);
    const auto id = stix::make_deterministic_id("software", properties);
    stix::Object object("software", id ? *id : stix::make_own_id("software", {exposure.component, exposure.version}));
    object.set("name", exposure.component);
    if (!exposure.version.empty()) object.set("version", exposure.version);
    return member(assembler_.add(std::move(object), level_));
  }

  std::string write_vulnerability(const record::Exposure& exposure) {
    stix::Object object = assembler_.make_domain_object("vulnerability", {exposure.vulnerability});
    object.set("name", exposure.vulnerability);
    if (!exposure.summary.empty()) object.set("description", exposure.summary);
    json::Value reference;
    reference.set("source_name", "cve");
    reference.set("external_id", exposure.vulnerability);
    object.set("external_references", json::Array{std::move(reference)});
    return member(assembler_.add(std::move(object), level_));
  }

  void write_through(const record::Through& through) {
    const record::Exposure& exposure = through.exposure;
    const std::string asset = write_asset(exposure.asset);
    const std::string software = write_software(exposure);
    member(assembler_.add_relationship("consists-of", asset, software, "", level_));
    std::vector<std::string> about = {asset, software};
    if (exposure.vulnerability.starts_with("CVE-")) {
      about.push_back(write_vulnerability(exposure));
      member(assembler_.add_relationship("has", asset, about.back(), through.why, level_));
    }
    std::string content = through.why;
    for (const std::string& step : exposure.trace) content += fmt::format("\n{}", step);
    for (const Evidence& evidence : exposure.evidence) {
      content += fmt::format("\n“{}” ({})", evidence.quote, print_place(evidence));
    }
    const std::string what =
        exposure.version.empty() ? exposure.component : exposure.component + " " + exposure.version;
    member(
        assembler_.add_note(fmt::format("{} on {}: {}", what, exposure.asset, record::verdict_name(exposure.verdict)),
                            content, about, level_));
  }

  void write_seen(const record::Seen& seen) {
    for (std::string& id : assembler_.add_seen(seen, organisation_id_, level_)) member(std::move(id));
    if (!seen.asset.empty()) write_asset(seen.asset);
  }

  void write_claim(const record::Claim& claim) {
    std::vector<std::string> about;
    if (!actor_id_.empty()) about.push_back(actor_id_);
    const bool names_victim = claim.object && claim.object->type == record::EntityType::identity &&
                              claim.predicate == record::Predicate::targets && !claim.negated;
    if (names_victim) {
      about.push_back(member(assembler_.add_identity(claim.object->name, "organization", {}, level_)));
      const bool by_the_actor = warning_.actor && claim.subject.name == warning_.actor->name;
      if (by_the_actor && claim.factuality == record::Factuality::actual) {
        member(assembler_.add_relationship("targets", actor_id_, about.back(), "", level_));
      }
    }
    if (about.empty()) about.push_back(organisation_id_);
    std::string said_by;
    for (const record::Claimant& claimant : claim.claimants) {
      said_by += (said_by.empty() ? "; said by " : ", passed on by ") + claimant.name;
    }
    const std::string abstract = fmt::format("{} {}{}", claim.subject.name, record::predicate_name(claim.predicate),
                                             claim.object ? " " + claim.object->name : std::string());
    for (const Evidence& evidence : claim.evidence) {
      member(assembler_.add_note(abstract, fmt::format("“{}” ({}{})", evidence.quote, print_place(evidence), said_by),
                                 about, level_));
    }
  }

  void write_report() {
    stix::Object report = assembler_.make_domain_object("report", {warning_.id});
    // The warning's own id, so that the console, the brief and the bundle speak of the same thing.
    report.set("id", warning_.id);
    report.set("name", warning_.title).set_strings("report_types", {"threat-report"});
    report.set("published", assembler_.created());
    if (!warning_.relevance.empty()) report.set("description", fmt::format("{}", fmt::join(warning_.relevance, "\n")));
    report.set_strings("object_refs", members_);
    assembler_.add(std::move(report), level_);
  }

  BundleAssembler& assembler_;
  const record::Organisation& organisation_;
  const Warning& warning_;
  stix::Tlp level_;
  std::string organisation_id_;
  std::string actor_id_;
  std::vector<std::string> members_;
  std::set<std::string> mentioned_;
};

}  // namespace

stix::Bundle make_warning_bundle(const WarningBundleInput& input) {
  BundleAssembler assembler(input.created, input.known);
  for (const Warning& warning : input.warnings) WarningWriter(assembler, input.organisation, warning).write();
  return std::move(assembler).take();
}

}  // namespace tocsin::share
