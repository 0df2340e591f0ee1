#include "share/warning_bundle.h"

#include <gtest/gtest.h>

#include <set>

#include "share/reading_bundle.h"
#include "share/sightings.h"
#include "stix/check.h"
#include "stix/identifier.h"
#include "stix/marking.h"

namespace tocsin::share {
namespace {

record::Claim make_claim(std::string_view victim) {
  record::Claim claim;
  claim.id = "claim--" + std::string(victim);
  claim.subject = {.type = record::EntityType::intrusion_set, .name = "APT10", .id = ""};
  claim.predicate = record::Predicate::targets;
  claim.object = record::Term{.type = record::EntityType::identity, .name = std::string(victim), .id = ""};
  claim.claimants = {{"Cyfirma", record::ClaimantRole::analyst}, {"Reuters", record::ClaimantRole::agency}};
  claim.evidence = {{.document = "news.html", .span = {.start = 10, .end = 40}, .quote = "APT10 is targeting …"}};
  return claim;
}

record::Match make_match() {
  record::Match match;
  match.rule = {.id = "r1",
                .title = "Web server process starts a shell",
                .level = "high",
                .tags = {"attack.t1505.003", "attack.persistence"}};
  match.time = "2021-02-26T22:03:11.412Z";
  match.source = {.path = "logs/erp-01.ndjson", .line = 17, .offset = 4096};
  match.host = "ERP-01";
  match.fields = {
      {"ParentImage", "C:\\inetsrv\\w3wp.exe"}, {"Image", "C:\\Windows\\cmd.exe"}, {"CommandLine", "cmd /c whoami"}};
  return match;
}

record::Warning make_warning(record::Tlp marking) {
  record::Warning warning;
  warning.id = stix::make_own_id("report", {"test"});
  warning.organisation = "Aranya Vaccines";
  warning.title = "APT10 may target Aranya Vaccines";
  warning.actor = record::WarningActor{.name = "APT10", .id = ""};
  warning.relevance = {"same sector and country"};
  warning.claims = {make_claim("Bharat Biotech")};
  record::Exposure exposure;
  exposure.asset = "shop-01";
  exposure.component = "nginx";
  exposure.version = "1.16.1";
  exposure.vulnerability = "CVE-2019-20372";
  exposure.trace = {"1.16.1 lies in [0,1.17.7)"};
  warning.through = {{exposure, "the report speaks of weak web servers"}};
  warning.seen = {{make_match(), "erp-01", "the rule fired"}};
  warning.not_known = {"whether anything was taken"};
  warning.marking = marking;
  return warning;
}

WarningBundleInput make_input(record::Tlp marking = record::Tlp::amber) {
  WarningBundleInput input;
  input.organisation.name = "Aranya Vaccines";
  input.organisation.sectors = {"healthcare"};
  input.warnings = {make_warning(marking)};
  record::KnownEntity apt10{.type = record::EntityType::intrusion_set, .name = "APT10", .id = "", .names = {}};
  apt10.names = {{.text = "APT10"}, {.text = "Stone Panda"}, {.text = "Cicada", .relation = "overlaps"}};
  input.known = {apt10};
  input.created = parse_rfc3339("2021-03-02T03:00:00Z")->instant;
  return input;
}

const stix::Object& find_type(const stix::Bundle& bundle, std::string_view type) {
  for (const stix::Object& object : bundle.objects) {
    if (object.type() == type) return object;
  }
  ADD_FAILURE() << "no " << type;
  return bundle.objects.front();
}

void expect_valid(const stix::Bundle& bundle) {
  const stix::CheckReport report = stix::check_bundle(stix::print_bundle_pretty(bundle));
  for (const Diagnostic& problem : report.problems) {
    if (problem.severity == Severity::error)
      ADD_FAILURE() << problem.rule << " " << problem.pointer << ": " << problem.message;
  }
}

TEST(WarningBundle, IsValidAndComplete) {
  const stix::Bundle bundle = make_warning_bundle(make_input());
  expect_valid(bundle);
  std::set<std::string, std::less<>> ids;
  for (const stix::Object& object : bundle.objects) ids.emplace(object.id());
  for (const stix::Object& object : bundle.objects) {
    if (object.type() == "marking-definition") continue;
    for (const auto& reference : object.references()) {
      EXPECT_TRUE(ids.contains(reference.id)) << object.id() << reference.pointer;
    }
  }
  for (const std::string_view type :
       {"report", "intrusion-set", "identity", "vulnerability", "infrastructure", "software", "relationship",
        "sighting", "observed-data", "attack-pattern", "note", "file"}) {
    find_type(bundle, type);
  }
  EXPECT_EQ(find_type(bundle, "report").id(), make_input().warnings[0].id);
  EXPECT_EQ(find_type(bundle, "intrusion-set").strings("aliases"), std::vector<std::string_view>{"Stone Panda"});
  EXPECT_NE(stix::print_bundle(bundle).find("T1505.003"), std::string::npos);
  EXPECT_NE(stix::print_bundle(bundle).find("news.html, bytes 10-40; said by Cyfirma, passed on by Reuters"),
            std::string::npos);
}

TEST(WarningBundle, SameInputSameBytes) {
  EXPECT_EQ(stix::print_bundle(make_warning_bundle(make_input())),
            stix::print_bundle(make_warning_bundle(make_input())));
}

TEST(WarningBundle, EverythingCarriesTheMarking) {
  for (const stix::Object& object : make_warning_bundle(make_input(record::Tlp::amber_strict)).objects) {
    if (object.type() == "marking-definition") continue;
    EXPECT_EQ(object.marking_refs(), std::vector<std::string_view>{stix::tlp2_id(stix::Tlp::amber_strict)})
        << object.id();
  }
}

TEST(WarningBundle, SharedThingsTakeTheStricterMarking) {
  WarningBundleInput input = make_input(record::Tlp::green);
  input.warnings.push_back(make_warning(record::Tlp::red));
  input.warnings.back().id = stix::make_own_id("report", {"second"});
  const stix::Bundle bundle = make_warning_bundle(input);
  EXPECT_EQ(find_type(bundle, "vulnerability").marking_refs(),
            std::vector<std::string_view>{stix::tlp2_id(stix::Tlp::red)});
  EXPECT_EQ(find_type(bundle, "report").marking_refs(), std::vector<std::string_view>{stix::tlp2_id(stix::Tlp::green)});
}

TEST(WarningBundle, ASightingSpeaksOfAllMatchesThatWerePutTogether) {
  const auto bundle_of = [](std::uint64_t count, std::string last_time) {
    WarningBundleInput input = make_input();
    input.warnings[0].seen[0].count = count;
    input.warnings[0].seen[0].last_time = std::move(last_time);
    return make_warning_bundle(input);
  };
  const stix::Bundle two = bundle_of(2, "2021-03-01T07:00:00Z");
  expect_valid(two);
  const stix::Object& sighting = find_type(two, "sighting");
  EXPECT_EQ(sighting.integer("count"), 2);
  EXPECT_EQ(sighting.string("first_seen"), "2021-02-26T22:03:11.412Z");
  EXPECT_EQ(sighting.string("last_seen"), "2021-03-01T07:00:00.000Z");
  // What was observed is shown of the first match alone, and was observed in it once.
  EXPECT_EQ(find_type(two, "observed-data").integer("number_observed"), 1);
  EXPECT_EQ(find_type(two, "observed-data").string("last_observed"), "2021-02-26T22:03:11.412Z");

  for (const std::string_view last : {"", "2020-01-01T00:00:00Z", "yesterday"}) {
    const stix::Bundle bundle = bundle_of(~std::uint64_t{0}, std::string(last));
    expect_valid(bundle);
    EXPECT_EQ(find_type(bundle, "sighting").integer("count"), 999'999'999);
    EXPECT_EQ(find_type(bundle, "sighting").string("last_seen"), "2021-02-26T22:03:11.412Z");
  }
}

TEST(SightingsBundle, IsValid) {
  record::Match indicator = make_match();
  indicator.rule = {};
  indicator.engine = record::Engine::indicator;
  indicator.indicator = record::MatchedIndicator{
      .value = "evil.example", .type = "domain", .list = "bad.txt", .valid_until = "", .belongs_to = ""};
  const stix::Bundle bundle = make_sightings_bundle({make_match(), indicator}, make_input().created);
  expect_valid(bundle);
  EXPECT_NE(stix::print_bundle(bundle).find("Contact with domain evil.example"), std::string::npos);
}

TEST(ReadingBundle, StatesOnlyFactsAsRelationships) {
  record::DocumentReading reading;
  reading.document = {.path = "news.html",
                      .sha256 = std::string(64, 'a'),
                      .media_type = "text/html",
                      .language = {},
                      .title = "t",
                      .author = {},
                      .published = "2021-03-01"};
  reading.claims = {make_claim("Bharat Biotech"), make_claim("Denied Ltd"), make_claim("Tried Ltd")};
  reading.claims[1].negated = true;
  reading.claims[2].factuality = record::Factuality::attempted;
  record::Indicator bad{.type = record::IndicatorType::domain, .value = "it's.example"};
  record::Indicator cve{.type = record::IndicatorType::cve, .value = "CVE-2021-44228"};
  reading.indicators = {bad, cve};
  const stix::Bundle bundle =
      make_reading_bundle({.readings = {reading}, .known = {}, .created = make_input().created});
  expect_valid(bundle);
  std::size_t relationships = 0;
  for (const stix::Object& object : bundle.objects) relationships += object.type() == "relationship" ? 1 : 0;
  EXPECT_EQ(relationships, 1u);
  EXPECT_EQ(find_type(bundle, "indicator").string("pattern"), "[domain-name:value = 'it\\'s.example']");
  EXPECT_EQ(find_type(bundle, "report").string("published"), "2021-03-01T00:00:00.000Z");
}

}  // namespace
}  // namespace tocsin::share
