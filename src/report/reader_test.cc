#include "report/reader.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "base/bytes.h"
#include "report/known_names_fixture.h"
#include "report/sentence.h"
#include "report/sources.h"

namespace tocsin::report {
namespace {

using record::Claim;
using record::DocumentReading;
using record::EntityType;
using record::Factuality;
using record::Predicate;

const std::string kGoldens = std::string(TOCSIN_SOURCE_DIR) + "/tests/golden/report/";

const Reader& reader() {
  static const Reader shared = [] {
    auto lexicon = load_lexicon_folder(std::string(TOCSIN_SOURCE_DIR) + "/packs/report");
    if (!lexicon) ADD_FAILURE() << print_error(lexicon.error());
    return Reader(fixture_names(), lexicon ? *lexicon : Lexicon{});
  }();
  return shared;
}

DocumentReading read_bytes(std::string_view bytes, const std::string& path) {
  const auto document = read_document(bytes, path);
  EXPECT_TRUE(document.has_value());
  return document ? reader().read(*document) : DocumentReading{};
}

DocumentReading read_path(const std::string& path) {
  const auto bytes = read_file(path);
  EXPECT_TRUE(bytes.has_value()) << path;
  return bytes ? read_bytes(bytes->view(), std::filesystem::path(path).filename()) : DocumentReading{};
}

std::string chain(const std::vector<record::Claimant>& claimants) {
  std::string text;
  for (const record::Claimant& one : claimants) {
    if (!text.empty()) text += " > ";
    text += one.name + " (" + std::string(record::claimant_role_name(one.role)) + ")";
  }
  return text;
}

std::string line(const Claim& claim) {
  std::string text = claim.subject.name + " | " + (claim.negated ? "not " : "") +
                     std::string(record::predicate_name(claim.predicate)) + " | ";
  text += claim.object ? claim.object->name : "-";
  text += " | " + std::string(record::factuality_name(claim.factuality)) + " | " + chain(claim.claimants);
  if (!claim.denied_by.empty()) text += " | denied by " + chain(claim.denied_by);
  if (claim.time)
    text += " | " + claim.time->text + " [" + claim.time->from.value_or("") + ".." + claim.time->to.value_or("") + "]";
  for (const record::Evidence& evidence : claim.evidence)
    text += " | " + std::to_string(evidence.span.start) + "-" + std::to_string(evidence.span.end);
  return text + "\n";
}

std::string all(const DocumentReading& reading) {
  std::string text;
  for (const Claim& claim : reading.claims) text += line(claim);
  for (const record::NotUnderstood& item : reading.not_understood) text += "not understood: " + item.what + "\n";
  return text;
}

/// Claims with these names; an empty string or nullopt stands for any.
std::vector<const Claim*> find(const DocumentReading& reading, std::string_view subject, Predicate predicate,
                               std::string_view object) {
  std::vector<const Claim*> found;
  for (const Claim& claim : reading.claims) {
    const bool fits = claim.predicate == predicate && (subject.empty() || claim.subject.name == subject) &&
                      (object.empty() || (claim.object && claim.object->name == object));
    if (fits) found.push_back(&claim);
  }
  return found;
}

/// Names by their places in the story's bytes: the story itself is not part of this project.
struct Facts {
  std::string actor = "APT10";
  std::string other_name = "Stone Panda";
  std::string first_victim = "Serum Institute of India";
  std::string second_victim = "Bharat Biotech";
  std::string analyst = "Cyfirma";
  std::string agency = "Reuters";
  bool supply_chain_of_both = false;
};

void expect_facts(const DocumentReading& reading, const Facts& facts) {
  SCOPED_TRACE(all(reading));
  // One actor under two names.
  std::set<std::string> actors;
  bool other_name = false;
  for (const record::Entity& entity : reading.entities) {
    if (entity.type != EntityType::intrusion_set) continue;
    actors.insert(entity.name);
    other_name = other_name || entity.text.find(facts.other_name.substr(0, 5)) != std::string::npos;
  }
  EXPECT_EQ(actors, std::set<std::string>{facts.actor});
  EXPECT_TRUE(other_name);
  // Both victims are targeted, in fact, by the analyst's word through the agency; nobody was compromised.
  for (const std::string& victim : {facts.first_victim, facts.second_victim}) {
    const auto claims = find(reading, facts.actor, Predicate::targets, victim);
    ASSERT_FALSE(claims.empty()) << victim;
    for (const Claim* claim : claims) {
      EXPECT_EQ(claim->factuality, Factuality::actual);
      EXPECT_FALSE(claim->negated);
      ASSERT_EQ(chain(claim->claimants), facts.analyst + " (analyst) > " + facts.agency + " (agency)") << victim;
    }
    EXPECT_EQ(find(reading, victim, Predicate::declined_to_comment, "").size(), 1U) << victim;
  }
  EXPECT_TRUE(find(reading, "", Predicate::compromises, "").empty());
  // Victims of the actor are these two organisations and no others.
  for (const Claim& claim : reading.claims) {
    if (claim.subject.name != facts.actor || claim.predicate != Predicate::targets ||
        claim.object->type != EntityType::identity)
      continue;
    EXPECT_TRUE(claim.object->name == facts.first_victim || claim.object->name == facts.second_victim) << line(claim);
  }
  // Weak doors.
  for (const std::string weakness : {"web-server", "web-application", "content-management-system"}) {
    EXPECT_EQ(find(reading, facts.first_victim, Predicate::has_weakness, weakness).size(), 1U) << weakness;
  }
  EXPECT_EQ(find(reading, facts.second_victim, Predicate::has_weakness, "supply-chain-software").size(), 1U);
  for (const Claim* claim : find(reading, "", Predicate::has_weakness, "")) {
    EXPECT_TRUE(claim->subject.name == facts.first_victim || claim->subject.name == facts.second_victim)
        << line(*claim);
  }
  // The aim.
  EXPECT_FALSE(find(reading, facts.actor, Predicate::motivated_by, "competitive-advantage").empty());
  EXPECT_TRUE(!find(reading, facts.actor, Predicate::motivated_by, "intellectual-property-theft").empty() ||
              !find(reading, facts.actor, Predicate::motivated_by, "espionage").empty());
  // The CERT was told; it and a ministry have not answered.
  const auto informed = find(reading, facts.analyst, Predicate::informed, "");
  ASSERT_EQ(informed.size(), 1U);
  const std::string cert = informed[0]->object->name;
  EXPECT_TRUE(cert.find("CERT") != std::string::npos || cert.find("Emergency Response Team") != std::string::npos)
      << cert;
  EXPECT_EQ(find(reading, cert, Predicate::declined_to_comment, "").size(), 1U);
  EXPECT_EQ(find(reading, "Chinese foreign ministry", Predicate::declined_to_comment, "").size(), 1U);
  EXPECT_EQ(find(reading, "", Predicate::declined_to_comment, "").size(), 4U);
  // 2018: another claimant's claim.
  const auto attributed = find(reading, facts.actor, Predicate::attributed_to, "Chinese government");
  ASSERT_EQ(attributed.size(), 1U);
  EXPECT_EQ(chain(attributed[0]->claimants), "US government (government)");
  ASSERT_TRUE(attributed[0]->time.has_value());
  EXPECT_EQ(attributed[0]->time->from, "2018-01-01");
  EXPECT_EQ(attributed[0]->time->to, "2018-12-31");
  // Microsoft's claim: two countries of origin, five of victims, none of it the actor's.
  for (const std::string country : {"India", "Canada", "France", "South Korea", "United States"}) {
    std::set<std::string> origins;
    for (const Claim* claim : find(reading, "", Predicate::targets, country)) {
      if (claim->claimants.empty() || claim->claimants[0].name != "Microsoft") continue;
      origins.insert(claim->subject.country);
      EXPECT_EQ(claim->subject.type, EntityType::threat_actor);
    }
    EXPECT_EQ(origins, (std::set<std::string>{"KP", "RU"})) << country;
  }
  for (const Claim& claim : reading.claims) {
    const bool microsoft = !claim.claimants.empty() && claim.claimants[0].name == "Microsoft";
    if (microsoft) {
      EXPECT_NE(claim.subject.name, facts.actor) << line(claim);
    }
  }
  // An attempt, and no more, by others.
  std::size_t attempts = 0;
  for (const Claim& claim : reading.claims) {
    if (!claim.object || claim.object->name.find("AstraZeneca") == std::string::npos) continue;
    ++attempts;
    EXPECT_EQ(claim.predicate, Predicate::targets);
    EXPECT_EQ(claim.factuality, Factuality::attempted);
    EXPECT_EQ(claim.subject.country, "KP");
  }
  EXPECT_EQ(attempts, 1U);
  for (const Claim& claim : reading.claims) {
    EXPECT_TRUE(!claim.object || claim.object->name.find("Novavax") == std::string::npos) << line(claim);
  }
}

/// Cutting the bytes of every record gives its quote.
void expect_exact(const DocumentReading& reading, std::string_view bytes) {
  const auto cut = [&](const record::Span& span) {
    return std::string(bytes.substr(span.start, span.end - span.start));
  };
  for (const Claim& claim : reading.claims) {
    ASSERT_FALSE(claim.evidence.empty());
    for (const record::Evidence& evidence : claim.evidence) EXPECT_EQ(cut(evidence.span), evidence.quote);
  }
  for (const record::Entity& entity : reading.entities) EXPECT_EQ(cut(entity.span), entity.text);
  for (const record::NotUnderstood& item : reading.not_understood) EXPECT_EQ(cut(item.span), item.text);
}

/// "subject | predicate | object | factuality | claimants | time", one line a claim, as read.
std::string facts_of(const DocumentReading& reading) {
  std::string text;
  for (const Claim& claim : reading.claims) {
    text += claim.subject.name + " | " + (claim.negated ? "not " : "") +
            std::string(record::predicate_name(claim.predicate)) + " | " + (claim.object ? claim.object->name : "-") +
            " | " + std::string(record::factuality_name(claim.factuality)) + " | " + chain(claim.claimants) + " | " +
            (claim.time ? claim.time->text : "") + "\n";
  }
  return text;
}

/// The demonstration's news item, whole: what it says and nothing else.
TEST(Reader, TheNewsItemOfTheDemonstration) {
  const std::string path = std::string(TOCSIN_SOURCE_DIR) + "/examples/reports/news-item.html";
  const DocumentReading reading = read_path(path);
  const std::string said = " | actual | Cyfirma (analyst) > Reuters (agency) | ";
  std::string expected =
      // The title, whose "cyber firm" has no name.
      "Hackers linked to China | targets | India | actual |  | \n"
      "Hackers linked to China | targets | vaccines | actual |  | \n"
      "APT10 | targets | India" +
      said + "in recent weeks\n" + "APT10 | targets | Bharat Biotech" + said + "\n" +
      "APT10 | targets | Serum Institute of India" + said + "\n" + "APT10 | also-known-as | Stone Panda" + said + "\n" +
      "Bharat Biotech | has-weakness | supply-chain-software" + said + "\n" +
      "Serum Institute of India | has-weakness | supply-chain-software" + said + "\n" +
      "APT10 | motivated-by | intellectual-property-theft" + said + "\n" +
      "APT10 | motivated-by | competitive-advantage" + said + "\n" +
      "Serum Institute of India | has-weakness | web-server" + said + "\n" +
      "Serum Institute of India | has-weakness | web-application" + said + "\n" +
      "Serum Institute of India | has-weakness | content-management-system" + said + "\n" +
      "Serum Institute of India | declined-to-comment | - | actual |  | \n"
      "Bharat Biotech | declined-to-comment | - | actual |  | \n"
      "Cyfirma | informed | CERT-In" +
      said + "\n" +
      "CERT-In | declined-to-comment | - | actual |  | \n"
      "Chinese foreign ministry | declined-to-comment | - | actual |  | \n"
      "APT10 | attributed-to | Ministry of State Security | actual | US government (government) | 2018\n";
  for (const std::string origin : {"North Korea", "Russia"}) {
    for (const std::string victim : {"India", "Canada", "France", "South Korea", "United States", "vaccines"}) {
      expected +=
          "attackers from " + origin + " | targets | " + victim + " | actual | Microsoft (analyst) | November\n";
    }
  }
  expected += "North Korean hackers | targets | AstraZeneca | attempted |  | \n";
  EXPECT_EQ(facts_of(reading), expected);
  EXPECT_EQ(find(reading, "APT10", Predicate::attributed_to, "")[0]->object->country, "CN");
  EXPECT_TRUE(reading.not_understood.empty()) << all(reading);
  expect_exact(reading, read_file(path)->view());
  // Nothing from menus, "also read", the comment form or the footer.
  for (const record::Entity& entity : reading.entities) {
    EXPECT_TRUE(entity.type != EntityType::intrusion_set || entity.name == "APT10") << entity.name;
    EXPECT_FALSE(entity.zone == record::Zone::navigation || entity.zone == record::Zone::related) << entity.text;
  }
  const auto groups = group_sources({reading}, {});
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].root, "Cyfirma");
}

TEST(Reader, WhoSpeaksAndWhoIsTold) {
  const std::pair<std::string, std::string> cases[] = {
      {"A Chinese state-backed hacking group attacked Contoso Bank, Cyfirma told the news agency Reuters.",
       "Chinese state-backed hacking group | targets | Contoso Bank | actual | Cyfirma (analyst) > Reuters (agency) | "
       "\n"},
      {"Russian state-sponsored attackers, according to Kaspersky, hit the Northwind Hospital.",
       "Russian state-sponsored attackers | targets | Northwind Hospital | actual | Kaspersky (analyst) | \n"},
      {"A Russia-backed group attacked Fabrikam Ltd, ESET researcher Jane Doe told the Indian Computer Emergency "
       "Response Team.",
       "Russia-backed group | targets | Fabrikam Ltd | actual | ESET (analyst) | \n"
       "ESET | informed | CERT-In | actual |  | \n"},
      {"APT28 attacked Contoso Bank, said ESET's chief executive Jane Doe. He said that APT28 was attacking Fabrikam "
       "Ltd.",
       "APT28 | targets | Contoso Bank | actual | ESET (analyst) | \n"
       "APT28 | targets | Fabrikam Ltd | actual | ESET (analyst) | \n"},
      {"FireEye detected attacks by hackers from Russia on Contoso Bank.",
       "hackers from Russia | targets | Contoso Bank | actual |  | \n"},
      {"Cyfirma told Reuters APT28 was attacking Contoso Bank. The ministry informed the telephone company.",
       "APT28 | targets | Contoso Bank | actual | Cyfirma (analyst) > Reuters (agency) | \n"},
      {"APT28 attacked Contoso Bank, as Kaspersky said that Reuters had been told nothing.",
       "APT28 | targets | Contoso Bank | actual |  | \n"},
      {"APT28 found gaps in the mail and in the web application of Contoso Bank.",
       "Contoso Bank | has-weakness | web-application | actual |  | \n"},
      {"Contoso Bank was attacked by APT28 according to ESET.",
       "APT28 | targets | Contoso Bank | actual | ESET (analyst) | \n"},
      {"Hackers believed to be working for Russia broke into Contoso Bank, ESET said.",
       "Hackers | attributed-to | Russia | possible | ESET (analyst) | \n"
       "Hackers | compromises | Contoso Bank | actual | ESET (analyst) | \n"},
      {"ESET has never said that APT28 attacked Contoso Bank.", ""},
      {"APT28 attacked Contoso Bank last week, posts claim. That is false.",
       "APT28 | not targets | Contoso Bank | actual |  | last week\n"},
      {"APT28 attacked Contoso Bank. That was denied by nobody.", "APT28 | targets | Contoso Bank | actual |  | \n"},
      {"Contoso Bank said that its network had been breached.",
       "unknown actor | compromises | Contoso Bank | actual | Contoso Bank (primary) | \n"},
      {"The Norwegian insurer Fjordvik was in the news. APT28 attacked the insurer.",
       "APT28 | targets | Fjordvik | actual |  | \n"},
      {"The Contoso Hospital confirmed the attack. It did not confirm a breach.",
       "Contoso Hospital | confirms | - | actual | Contoso Hospital (primary) | \n"},
      {"APT28 tried to break into the mail server of Contoso Bank.",
       "APT28 | targets | Contoso Bank | attempted |  | \n"},
      {"APT28 acts in association with the Chinese Ministry of State Security.",
       "APT28 | attributed-to | Ministry of State Security | actual |  | \n"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(facts_of(read_bytes(text, "s.txt")), expected) << text;
}

TEST(ReaderCorpus, TheSeedStory) {
  const std::string path = std::string(TOCSIN_DATA_DIR) + "/text/seed-story.txt";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no test data at " << path;
  const DocumentReading reading = read_path(path);
  expect_facts(reading, {});
  EXPECT_EQ(find(reading, "Serum Institute of India", Predicate::has_weakness, "supply-chain-software").size(), 1U);
  const auto bytes = read_file(path);
  expect_exact(reading, bytes->view());
  // Nothing from the page's furniture, which begins after the last sentence of the story.
  for (const record::Entity& entity : reading.entities) EXPECT_LT(entity.span.end, 2000U) << entity.text;
  for (const record::Entity& entity : reading.entities) EXPECT_GE(entity.span.start, 70U) << entity.text;
  const auto groups = group_sources({reading}, {});
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].root, "Cyfirma");
}

TEST(Reader, TheSameFactsInOtherWords) {
  std::vector<DocumentReading> readings;
  for (const std::string name : {"agency.in", "blog.in", "chinese.in"}) {
    SCOPED_TRACE(name);
    readings.push_back(read_path(kGoldens + name));
    expect_facts(readings.back(), {});
    expect_exact(readings.back(), read_file(kGoldens + name)->view());
  }
  const auto groups = group_sources(readings, {});
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].root, "Cyfirma");
  EXPECT_EQ(groups[0].documents.size(), 3U);
  EXPECT_FALSE(groups[0].why.empty());
}

TEST(Reader, Goldens) {
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kGoldens)) {
    if (entry.path().extension() != ".in") continue;
    ++cases;
    std::string out = entry.path();
    out.replace(out.size() - 3, 3, ".out");
    const std::string got = all(read_path(entry.path()));
    if (std::getenv("TOCSIN_UPDATE_GOLDENS") != nullptr) {
      ASSERT_TRUE(write_file_atomically(out, got).has_value());
    }
    const auto expected = read_file(out);
    ASSERT_TRUE(expected.has_value()) << out;
    EXPECT_EQ(got, std::string(expected->view())) << entry.path();
  }
  EXPECT_GE(cases, 14U);
}

struct Sentence1 {
  const char* text;
  const char* expected;  ///< "subject | predicate | object | factuality", lines sorted as read; empty = no claim
};

std::string brief(const DocumentReading& reading) {
  std::string text;
  for (const Claim& claim : reading.claims) {
    text += claim.subject.name + " | " + (claim.negated ? "not " : "") +
            std::string(record::predicate_name(claim.predicate)) + " | " + (claim.object ? claim.object->name : "-") +
            " | " + std::string(record::factuality_name(claim.factuality)) + "\n";
  }
  return text;
}

TEST(Reader, SingleSentences) {
  const Sentence1 cases[] = {
      {"Contoso Bank was hacked by APT28, ESET said.", "APT28 | compromises | Contoso Bank | actual\n"},
      {"APT28 tried to break into Contoso Bank.", "APT28 | targets | Contoso Bank | attempted\n"},
      {"APT28 plans to attack Contoso Bank.", "APT28 | targets | Contoso Bank | planned\n"},
      {"APT28 may have targeted Contoso Bank.", "APT28 | targets | Contoso Bank | possible\n"},
      {"Contoso Bank was not breached by APT28.", "APT28 | not compromises | Contoso Bank | actual\n"},
      {"ESET found no evidence that APT28 breached Contoso Bank.", "APT28 | not compromises | Contoso Bank | actual\n"},
      {"If APT28 attacks Contoso Bank, it will be expensive.", "APT28 | targets | Contoso Bank | possible\n"},
      {"Russian hackers attacked Contoso Bank and stole data from Fabrikam Ltd.",
       "Russian hackers | targets | Contoso Bank | actual\nRussian hackers | compromises | Fabrikam Ltd | actual\n"},
      {"An attack on Contoso Bank by APT28 began in May 2020.", "APT28 | targets | Contoso Bank | actual\n"},
      {"APT28 exploited CVE-2021-26855.", "APT28 | exploits | CVE-2021-26855 | actual\n"},
      {"APT28 used X-Agent against Contoso Bank.",
       "APT28 | uses | X-Agent | actual\nAPT28 | targets | Contoso Bank | actual\n"},
      {"It is not true that APT28 is targeting Contoso Bank, Kaspersky said.",
       "APT28 | not targets | Contoso Bank | actual\n"},
      {"Reports that APT28 breached Contoso Bank are false, ESET said.",
       "APT28 | not compromises | Contoso Bank | actual\n"},
      {"Neither APT28 nor Turla targeted Contoso Bank.",
       "Turla | not targets | Contoso Bank | actual\nAPT28 | not targets | Contoso Bank | actual\n"},
      {"A hacking group targeted Contoso Bank, Cyfirma told Reuters.",
       "hacking group | targets | Contoso Bank | actual\n"},
      {"APT28 attacked Contoso Bank, according to ESET.", "APT28 | targets | Contoso Bank | actual\n"},
      {"APT28 is suspected of breaching Contoso Bank, according to FireEye.",
       "APT28 | compromises | Contoso Bank | possible\n"},
      {"Contoso Bank targets young families in Germany with a new loan.", ""},
      {"The bank hit its sales targets in Germany.", ""},
      {"Turkey is served at the canteen; a tick bit the turkey.", ""},
      {"APT10攻击了印度和法国的疫苗企业。",
       "APT10 | targets | India | actual\nAPT10 | targets | France | actual\nAPT10 | targets | vaccines | actual\n"},
      {"巴拉特公司没有被APT10入侵。", "APT10 | not compromises | 巴拉特公司 | actual\n"},
      {"朝鲜黑客可能攻击巴拉特公司。", "朝鲜黑客 | targets | 巴拉特公司 | possible\n"},
  };
  for (const Sentence1& one : cases) EXPECT_EQ(brief(read_bytes(one.text, "s.txt")), one.expected) << one.text;
}

TEST(Reader, DenialsReachTheClaims) {
  const DocumentReading reading = read_bytes(
      "APT28 breached the Contoso Institute, ESET said. The Contoso Institute denied the report.\n\nRussia denies any "
      "involvement.",
      "d.txt");
  const auto claims = find(reading, "APT28", Predicate::compromises, "Contoso Institute");
  ASSERT_EQ(claims.size(), 1U) << all(reading);
  EXPECT_EQ(chain(claims[0]->claimants), "ESET (analyst)");
  ASSERT_EQ(claims[0]->denied_by.size(), 2U) << all(reading);
  EXPECT_EQ(find(reading, "", Predicate::denies, "").size(), 2U);
}

TEST(Reader, WhoeverDeniesAClaimIsNamedAtIt) {
  const std::pair<std::string, std::string> cases[] = {
      {"Officials denied that APT10 had targeted Contoso Bank.", "Officials (unnamed)"},
      {"The ministry denied that APT10 had targeted Contoso Bank.", "ministry (unnamed)"},
      {"Bank spokesman denied that Lazarus Group targeted Contoso Bank.", "Bank spokesman (unnamed)"},
      {"Officials dismissed reports that APT10 targeted Contoso Bank.", "Officials (unnamed)"},
      {"Microsoft rejected reports that APT28 targeted Contoso Bank.", "Microsoft (analyst)"},
      {"Officials did not deny that APT10 targeted Contoso Bank.", ""},
      {"Officials denied the report, but APT10 targeted Contoso Bank.", ""},
      {"Officials dismissed the chief after APT10 targeted Contoso Bank.", ""},
  };
  for (const auto& [text, denier] : cases) {
    const DocumentReading reading = read_bytes(text, "d.txt");
    const auto claims = find(reading, "", Predicate::targets, "Contoso Bank");
    ASSERT_EQ(claims.size(), 1U) << text << all(reading);
    EXPECT_EQ(chain(claims[0]->denied_by), denier) << text;
  }
}

TEST(Reader, NoiseYieldsNoClaims) {
  const DocumentReading reading = read_bytes(
      "Bank robbed of nothing\n\nNothing happened at the bank on Monday, the police said in a long statement that was "
      "read to the reporters.\n\n"
      "Also Read: APT28 hacked Contoso Bank\n\nRecent Comments\nAPT28 hacked Fabrikam Ltd\n",
      "n.txt");
  EXPECT_TRUE(find(reading, "", Predicate::compromises, "").empty()) << all(reading);
}

TEST(Reader, WhatIsNotUnderstoodIsListed) {
  const DocumentReading reading = read_bytes("APT28 zorbled Microsoft for a week.", "u.txt");
  ASSERT_EQ(reading.not_understood.size(), 1U);
  EXPECT_EQ(reading.not_understood[0].what, "unmapped verb");
}

TEST(Reader, LongDocumentsAreReadInSections) {
  // Paragraphs, then one paragraph of more than two sections.
  constexpr std::string_view kClaim = "APT28 attacked Contoso Bank.";
  std::string text;
  std::vector<std::size_t> places;
  const std::string filler = "X" + std::string(998, 'x');
  for (int at = 0; at < 3600; ++at) {
    text += at % 60 == 0 ? std::string(kClaim) : filler + ".";
    if (at % 60 == 0) places.push_back(text.size() - kClaim.size());
    text += at < 1200 ? "\n\n" : " ";
  }
  const DocumentReading reading = read_bytes(text, "long.txt");
  std::vector<std::size_t> found;
  for (const record::Entity& entity : reading.entities) {
    if (entity.type == EntityType::intrusion_set) found.push_back(entity.span.start);
  }
  EXPECT_EQ(found, places);
  ASSERT_EQ(reading.claims.size(), 1U) << all(reading);
  EXPECT_EQ(reading.claims[0].evidence.size(), 20U);
  expect_exact(reading, text);
}

TEST(Reader, HostileTextIsBounded) {
  std::string brackets;
  std::string heads;
  for (int at = 0; at < 20000; ++at) {
    brackets += "“ who , which ( ";
    heads += "the Biotech and APT10 attacked ";
  }
  const std::string letters = std::string(200000, 'a') + std::string(50000, '.') + std::string(200000, '1');
  const auto begin = std::chrono::steady_clock::now();
  for (const std::string& text : {brackets, heads, letters}) (void)read_bytes(text, "h.txt");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

TEST(Sentences, AbbreviationsQuotesAndChinese) {
  const auto count = [](std::string_view text) { return split_sentences(text, 0, text.size()).size(); };
  EXPECT_EQ(count("The U.S. government spoke to Mr. Smith of Acme Inc. on Monday. It did so at Acme Ltd. Nobody came."),
            3U);
  EXPECT_EQ(count("It runs version 2.4.1 of it. It is old."), 2U);
  EXPECT_EQ(count("He said, “It is bad.” “Very bad,” she said."), 2U);
  EXPECT_EQ(count("It is worrying. ” The ministry was silent."), 2U);
  EXPECT_EQ(count("黑客攻击了公司。公司没有回应！真的？"), 3U);
  EXPECT_EQ(count("no end"), 1U);
}

TEST(Lexicon, ProblemsAreAllReported) {
  Lexicon lexicon;
  std::vector<Diagnostic> problems;
  load_lexicon(
      "format: report-words\nentries:\n  - {category: verbb, words: [a]}\n  - {category: verb, wrods: [a]}\n  - "
      "{category: verb, irregular: [[a, b]]}\n",
      "p.yml", lexicon, problems);
  EXPECT_EQ(problems.size(), 3U);
  EXPECT_TRUE(lexicon.words.empty());
  problems.clear();
  load_lexicon("format: report-words\nentries:\n  - {category: verb, value: targets, verbs: [plan it, carry, try]}\n",
               "p.yml", lexicon, problems);
  ASSERT_EQ(lexicon.words.size(), 12U);
  EXPECT_EQ(lexicon.words[2].text, "planned it");
  EXPECT_EQ(lexicon.words[5].text, "carries");
  EXPECT_EQ(lexicon.words[10].text, "tried");
}

TEST(Reader, EveryQuoteIsCutFromTheBytes) {
  const bool held = rc::check("quotes", [] {
    const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "APT10 ", "attacked ", "Serum Institute of India ", "the ", ", ", "and ", "Cyfirma ", "said ", "that ", "“",
        "”", "\n\n", ". ", "was ", "not ", "by ", "the group ", "weak ", "web servers ", "(", ")", "also known as ",
        "in 2018 ", "denied ", "印度血清研究所", "攻击了", "，", "。", "表示", "被", "Chinese hackers ",
        "companies in ", "India ", "which ", "’s ", "to steal ", "intellectual property ", "declined to comment",
        "&amp;", "<p>", "</p>", "\xFF", "told ", "Reuters ", "attacks on ", "CVE-2021-26855 ", "Kumar Ritesh "));
    std::string text;
    for (const std::string& part : parts) text += part;
    for (const std::string path : {"a.txt", "a.html"}) {
      const auto document = read_document(text, path);
      if (!document) continue;
      const DocumentReading reading = reader().read(*document);
      for (const Claim& claim : reading.claims) {
        RC_ASSERT(!claim.subject.name.empty());
        for (const record::Evidence& evidence : claim.evidence) {
          RC_ASSERT(evidence.span.start < evidence.span.end);
          RC_ASSERT(document->quote(evidence.span) == evidence.quote);
        }
      }
      for (const record::Entity& entity : reading.entities) RC_ASSERT(document->quote(entity.span) == entity.text);
      RC_ASSERT(reader().read(*document) == reading);
    }
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace tocsin::report
