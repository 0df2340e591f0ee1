#pragma once

// One small case for the tests: a vaccine maker, one news item on an interview, one estate, two log sightings.

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "assess/assess.h"
#include "base/time.h"

namespace tocsin::assess::fixture {

using record::ClaimantRole;
using record::EntityType;
using record::Predicate;

inline Instant day(std::string_view text) { return parse_date(text)->instant; }

inline record::Term term(EntityType type, std::string name) { return {type, std::move(name), ""}; }
inline record::Term actor(std::string name) { return term(EntityType::intrusion_set, std::move(name)); }
inline record::Term company(std::string name) { return term(EntityType::identity, std::move(name)); }

inline record::Claim claim(record::Term subject, Predicate predicate, std::optional<record::Term> object,
                           std::vector<record::Claimant> claimants, std::uint64_t start, std::string quote) {
  record::Claim claim;
  claim.subject = std::move(subject);
  claim.predicate = predicate;
  claim.object = std::move(object);
  claim.claimants = std::move(claimants);
  claim.confidence = 70;
  claim.rule = "test";
  claim.evidence = {{"", {start, start + quote.size(), {}}, quote, ""}};
  return claim;
}

/// Claims get the document's path into their evidence.
inline record::DocumentReading reading(std::string path, std::string sha256, std::string published,
                                       std::vector<record::Claim> claims) {
  record::DocumentReading reading;
  reading.document = {path, std::move(sha256),   2048, "text/plain", "en", "Hackers look at vaccine makers",
                      {},   std::move(published)};
  for (record::Claim& claim : claims) {
    for (record::Evidence& evidence : claim.evidence) evidence.document = path;
  }
  reading.claims = std::move(claims);
  return reading;
}

inline record::KnownEntity known(EntityType type, std::string name, std::vector<std::string> names = {}) {
  record::KnownEntity entity;
  entity.type = type;
  entity.name = name;
  entity.names.push_back({std::move(name)});
  for (std::string& other : names) entity.names.push_back({std::move(other)});
  return entity;
}

inline record::KnownEntities known_entities() {
  record::KnownEntities all;
  record::KnownEntity apt10 = known(EntityType::intrusion_set, "APT10", {"Stone Panda", "menuPass"});
  apt10.id = "intrusion-set--222fbd21-fc4f-4b7e-9f85-0e6e3a76c33f";
  apt10.country = "CN";
  apt10.sectors = {"healthcare", "technology"};
  apt10.target_countries = {"IN", "JP"};
  apt10.motives = {"intellectual-property-theft"};
  all.push_back(apt10);
  for (const auto& [name, parent] : {std::pair{"healthcare", ""},
                                     {"pharmaceuticals", "healthcare"},
                                     {"vaccines", "pharmaceuticals"},
                                     {"banking", ""}}) {
    record::KnownEntity sector = known(EntityType::sector, name);
    sector.parent = parent;
    all.push_back(sector);
  }
  for (const auto& [name, code] :
       {std::pair{"India", "IN"}, {"China", "CN"}, {"France", "FR"}, {"North Korea", "KP"}}) {
    record::KnownEntity country = known(EntityType::location, name);
    country.country = code;
    all.push_back(country);
  }
  record::KnownEntity peer = known(EntityType::identity, "Ganga Serum Works");
  peer.country = "IN";
  peer.sectors = {"vaccines"};
  all.push_back(peer);
  record::KnownEntity abroad = known(EntityType::identity, "Loire Vaccins");
  abroad.country = "FR";
  abroad.sectors = {"vaccines"};
  all.push_back(abroad);
  return all;
}

inline record::Estate estate() {
  record::Estate estate;
  estate.path = "estate.yml";
  estate.organisation.name = "Aravalli Vaccines Ltd";
  estate.organisation.names = {"AVL", "阿拉瓦利疫苗"};
  estate.organisation.country = "IN";
  estate.organisation.sectors = {"vaccines"};
  estate.organisation.products = {"COVID-19 vaccine"};
  estate.organisation.cert = {"CERT-In", "incident@cert.example", std::chrono::hours(6)};
  estate.organisation.clearance = record::Tlp::amber;
  estate.assets = {{"web-01",
                    "public web shop",
                    {"shop.aravalli.example"},
                    {"192.0.2.10"},
                    record::NetworkExposure::internet,
                    record::Importance::high,
                    "web team",
                    {}},
                   {"cms-01",
                    "public web site",
                    {"www.aravalli.example"},
                    {"192.0.2.11"},
                    record::NetworkExposure::internet,
                    record::Importance::medium,
                    "communications",
                    {}},
                   {"lab-db",
                    "laboratory database",
                    {"lab-db.aravalli.example"},
                    {"10.0.5.4"},
                    record::NetworkExposure::internal,
                    record::Importance::critical,
                    "research",
                    {}}};
  estate.suppliers = {{"Kaveri Logistics", {}, {"warehouse software"}, {"remote maintenance of erp-01"}}};
  return estate;
}

inline record::Exposure exposure(std::string asset, std::string component, std::string version, std::string cve,
                                 std::string weakness, std::string fixed, std::uint32_t rank, bool kev) {
  record::Exposure exposure;
  exposure.asset = std::move(asset);
  exposure.component = component;
  exposure.version = version;
  exposure.vulnerability = std::move(cve);
  exposure.weakness = std::move(weakness);
  exposure.fixed_version = std::move(fixed);
  exposure.source = "packs";
  exposure.priority = record::Priority{"cisa-bod-26-04", rank == 1 ? "3 days" : "14 days", rank};
  if (kev) exposure.kev = record::KevFact{true, "2021-02-10", false};
  exposure.evidence = {{"inventory/" + exposure.asset + ".txt",
                        {17, 17 + component.size() + 1 + version.size(), {}},
                        component + "/" + version,
                        "http-server-header"}};
  return exposure;
}

inline record::Match match(std::string title, std::string level, std::string path, std::uint64_t line, std::string time,
                           std::string host) {
  record::Match match;
  match.rule = {"rule-" + title, title, std::move(level), {"attack.t1190"}};
  match.time = std::move(time);
  match.source = {std::move(path), "", line, line * 120, {}};
  match.host = std::move(host);
  match.fields = {{"ParentImage", "C:\\inetpub\\w3wp.exe"}, {"Image", "C:\\Windows\\System32\\cmd.exe"}};
  match.why = {{"ParentImage", "endswith", "\\w3wp.exe"}};
  return match;
}

inline std::vector<record::Claimant> interview() {
  return {{"Nilgiri Cyber", ClaimantRole::analyst}, {"Example Wire", ClaimantRole::agency}};
}

inline record::DocumentReading news() {
  record::Claim old = claim(actor("APT10"), Predicate::attributed_to, company("Chinese government"),
                            {{"US government", ClaimantRole::government}}, 900,
                            "In 2018 the US government said that APT10 worked with the Chinese government.");
  old.time = record::ClaimTime{"2018-01-01", "2018-12-31", "In 2018"};
  return reading(
      "news.txt", "aa11", "2021-03-01",
      {claim(actor("APT10"), Predicate::targets, company("Aravalli Vaccines"), interview(), 100,
             "APT10, also known as Stone Panda, has looked for weak spots at Aravalli Vaccines and Ganga Serum Works."),
       claim(actor("APT10"), Predicate::targets, company("Ganga Serum Works"), interview(), 100,
             "APT10, also known as Stone Panda, has looked for weak spots at Aravalli Vaccines and Ganga Serum Works."),
       claim(company("Aravalli Vaccines"), Predicate::has_weakness, term(EntityType::weakness, "web-server"),
             interview(), 300, "Their public web servers are weak, and so is the content management system."),
       claim(company("Aravalli Vaccines"), Predicate::has_weakness,
             term(EntityType::weakness, "content-management-system"), interview(), 300,
             "Their public web servers are weak, and so is the content management system."),
       claim(actor("APT10"), Predicate::motivated_by, term(EntityType::motive, "intellectual-property-theft"),
             interview(), 420, "They want the recipes."),
       claim(company("Nilgiri Cyber"), Predicate::informed, company("CERT-In"), interview(), 500,
             "The firm has told CERT-In."),
       claim(company("Ganga Serum Works"), Predicate::declined_to_comment, std::nullopt,
             {{"Example Wire", ClaimantRole::agency}}, 560, "Ganga Serum Works declined to comment."),
       old});
}

inline AssessInput input() {
  AssessInput input;
  input.estate = estate();
  input.readings = {news()};
  input.exposures = {
      exposure("web-01", "nginx", "1.18.0", "CVE-2021-23017", "web-server", "1.20.1", 2, false),
      exposure("cms-01", "Drupal", "7.57", "CVE-2018-7600", "content-management-system", "7.58", 1, true),
      exposure("lab-db", "PostgreSQL", "9.6.1", "CVE-2019-10208", "other", "9.6.15", 3, false)};
  record::Exposure backported = exposure("web-01", "openssl", "1.1.1d", "CVE-2021-3449", "web-server", "", 4, false);
  backported.verdict = record::Verdict::fixed_by_backport;
  input.exposures.push_back(backported);
  input.matches = {
      match("Shell started by web server", "high", "logs/cms-01/sysmon.ndjson", 41, "2021-03-01T22:14:05Z", "cms-01"),
      match("Shell started by web server", "high", "logs/cms-01/sysmon.ndjson", 57, "2021-03-01T22:20:41Z", "cms-01"),
      match("Scan for backup files", "low", "logs/web-01/access.log", 7, "2021-03-01T20:00:00Z", "")};
  input.logs = {{"logs/cms-01/sysmon.ndjson"}, {"logs/web-01/access.log"}};
  input.known = known_entities();
  input.as_of = parse_rfc3339("2021-03-02T06:30:00Z")->instant;
  return input;
}

}  // namespace tocsin::assess::fixture
