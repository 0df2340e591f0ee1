#include "assess/assess.h"

#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <algorithm>
#include <set>

#include "assess/assess_fixture.h"
#include "assess/likelihood.h"

namespace tocsin::assess {
namespace {

using fixture::actor;
using fixture::claim;
using fixture::company;
using fixture::term;
using record::ClaimantRole;
using record::EntityType;
using record::Predicate;

const std::vector<record::Claimant> kOtherFirm = {{"Palar Research", ClaimantRole::analyst}};

double probability_of(const record::Warning& warning, std::string_view name) {
  const auto found = std::ranges::find(warning.hypotheses, name, &record::Hypothesis::name);
  return found != warning.hypotheses.end() ? found->probability : -1;
}

const record::Warning* warning_of(const Assessment& assessment, std::string_view actor_name) {
  for (const record::Warning& warning : assessment.warnings) {
    if (probability_of(warning, actor_name) >= 0 && warning.title.starts_with(actor_name)) return &warning;
  }
  return nullptr;
}

bool holds(const std::vector<std::string>& list, std::string_view part) {
  return std::ranges::any_of(list, [&](const std::string& each) { return each.find(part) != std::string::npos; });
}

/// Input with only this one claim, in one document.
AssessInput input_with(record::Claim only) {
  AssessInput input = fixture::input();
  input.matches.clear();
  input.readings = {fixture::reading("one.txt", "bb22", "2021-03-01", {std::move(only)})};
  return input;
}

TEST(Assess, OneInterviewGivesOneWarningWithAModestLikelihood) {
  const Assessment assessment = assess(fixture::input());
  ASSERT_EQ(assessment.warnings.size(), 1U);
  const record::Warning& warning = assessment.warnings.front();
  EXPECT_EQ(warning.title, "APT10 is reported to target Aravalli Vaccines Ltd");
  ASSERT_TRUE(warning.actor);
  EXPECT_EQ(warning.actor->name, "APT10");
  EXPECT_EQ(warning.actor->likelihood, record::Likelihood::roughly_even_chance);
  EXPECT_EQ(warning.actor->probability_low, 45);
  EXPECT_EQ(warning.actor->probability_high, 55);
  EXPECT_EQ(warning.basis.independent_sources, 1U);
  EXPECT_EQ(warning.basis.confidence, "low");
  EXPECT_TRUE(holds(warning.not_known, "no second, independent source"));
  EXPECT_TRUE(holds(warning.not_known, "Whether anybody got in"));
  EXPECT_TRUE(holds(warning.not_known, "no addresses, file hashes or other indicators"));
  ASSERT_TRUE(warning.motive);
  EXPECT_EQ(warning.motive->text, "theft of intellectual property");
  EXPECT_EQ(warning.marking, record::Tlp::amber);
}

TEST(Assess, ExposuresJoinByTheNamedWeaknessMostUrgentFirst) {
  const record::Warning warning = assess(fixture::input()).warnings.at(0);
  ASSERT_EQ(warning.through.size(), 2U);  // neither the laboratory's database nor the backported package
  EXPECT_EQ(warning.through[0].exposure.vulnerability, "CVE-2018-7600");
  EXPECT_EQ(warning.through[1].exposure.vulnerability, "CVE-2021-23017");
}

TEST(Assess, OneUpdateClosesAllThatHaveNumbers) {
  AssessInput input = fixture::input();
  const auto drupal = std::ranges::find(input.exposures, "CVE-2018-7600", &record::Exposure::vulnerability);
  ASSERT_NE(drupal, input.exposures.end());
  record::Exposure later = *drupal;
  later.vulnerability = "CVE-2019-6340";
  later.fixed_version = "7.100";
  const auto step = [&] {
    const Assessment assessment = assess(input);
    for (const record::Action& action : assessment.warnings.at(0).do_first)
      if (action.action.starts_with("Update Drupal")) return action.action;
    return std::string();
  };
  input.exposures.push_back(later);
  EXPECT_EQ(step(), "Update Drupal on cms-01 to 7.100 or later");
  // Other forms of version have an order that is not known here.
  input.exposures.back().fixed_version = "7.100-rc1";
  EXPECT_EQ(step(),
            "Update Drupal on cms-01 to a version that is no older than each of 7.100-rc1 (CVE-2019-6340) and 7.58 "
            "(CVE-2018-7600)");
}

TEST(Assess, StepsAreConcreteAndInOrder) {
  const record::Warning warning = assess(fixture::input()).warnings.at(0);
  ASSERT_EQ(warning.do_first.size(), 4U);
  EXPECT_EQ(warning.do_first[0].action, "Look at cms-01, from 1 March 2021, 22:14 UTC on");
  EXPECT_EQ(warning.do_first[1].action, "Report to CERT-In (incident@cert.example) within 6 hours of becoming aware");
  EXPECT_EQ(warning.do_first[2].action, "Update Drupal on cms-01 to 7.58 or later");
  EXPECT_EQ(warning.do_first[3].action, "Update nginx on web-01 to 1.20.1 or later");
}

TEST(Assess, WithoutASightingTheCertIsToldLast) {
  AssessInput input = fixture::input();
  input.matches.clear();
  const record::Warning warning = assess(input).warnings.at(0);
  EXPECT_EQ(warning.do_first[0].action, "Update Drupal on cms-01 to 7.58 or later");
  EXPECT_EQ(warning.do_first.back().action,
            "Tell CERT-In (incident@cert.example) about this warning and ask what it knows");
}

TEST(Assess, SightingsOfOneRuleOnOneAssetStandTogether) {
  const record::Warning warning = assess(fixture::input()).warnings.at(0);
  ASSERT_EQ(warning.seen.size(), 1U);
  EXPECT_EQ(warning.seen[0].asset, "cms-01");
  EXPECT_EQ(warning.seen[0].match.source.line, 41U);
  EXPECT_TRUE(warning.seen[0].why.starts_with("fired 2 times"));
  EXPECT_EQ(warning.seen[0].count, 2U);
  EXPECT_GT(warning.seen[0].last_time, warning.seen[0].match.time);
}

TEST(Assess, LowSightingsAreListedAsNotUsed) {
  const Assessment assessment = assess(fixture::input());
  EXPECT_TRUE(std::ranges::any_of(
      assessment.not_used, [](const NotUsed& each) { return each.what == "Rule “Scan for backup files” on web-01"; }));
}

TEST(Assess, SightingsAloneWarnWithoutAnActor) {
  AssessInput input = fixture::input();
  input.readings.clear();
  const Assessment assessment = assess(input);
  ASSERT_EQ(assessment.warnings.size(), 1U);
  EXPECT_EQ(assessment.warnings[0].title, "Suspicious activity on cms-01");
  EXPECT_FALSE(assessment.warnings[0].actor);
  EXPECT_EQ(probability_of(assessment.warnings[0], "unknown actor"), 1.0);
}

TEST(Assess, NothingRelevantGivesNoWarningButReasons) {
  const Assessment assessment = assess(
      input_with(claim(actor("APT10"), Predicate::targets, term(EntityType::sector, "banking"), kOtherFirm, 0, "x")));
  EXPECT_TRUE(assessment.warnings.empty());
  ASSERT_EQ(assessment.not_used.size(), 1U);
  EXPECT_EQ(assessment.not_used[0].what, "Palar Research: APT10 is targeting the banking sector");
  EXPECT_EQ(assessment.not_used[0].reason, "nothing in it concerns Aravalli Vaccines Ltd");
}

TEST(Assess, SameSectorElsewhereIsBelowTheThresholdAndSaysSo) {
  const Assessment assessment =
      assess(input_with(claim(actor("APT10"), Predicate::targets, company("Loire Vaccins"), kOtherFirm, 0, "x")));
  EXPECT_TRUE(assessment.warnings.empty());
  ASSERT_EQ(assessment.not_used.size(), 1U);
  EXPECT_EQ(assessment.not_used[0].reason,
            "relevance 0.30 is below 0.35: it speaks of Loire Vaccins: the same sector, not said to be in India");
}

TEST(Assess, SectorAndCountryOfOneSentenceMeet) {
  AssessInput input = fixture::input();
  input.matches.clear();
  const std::string sentence = "Hackers of the north go after drug makers in India and France.";
  record::Term north = term(EntityType::threat_actor, "North Korean hackers");
  north.country = "KP";
  input.readings = {fixture::reading(
      "two.txt", "cc33", "2021-03-01",
      {claim(north, Predicate::targets, term(EntityType::sector, "pharmaceuticals"), kOtherFirm, 0, sentence),
       claim(north, Predicate::targets, term(EntityType::location, "India"), kOtherFirm, 0, sentence),
       claim(north, Predicate::targets, term(EntityType::location, "France"), kOtherFirm, 0, sentence)})};
  const Assessment assessment = assess(input);
  ASSERT_EQ(assessment.warnings.size(), 1U);
  EXPECT_EQ(assessment.warnings[0].title,
            "North Korean hackers are reported to target the sector of Aravalli Vaccines Ltd in India");
  EXPECT_EQ(assessment.warnings[0].claims.size(), 2U);  // France is not ours
}

TEST(Assess, OrganisationsThatNobodyKnowsSpeakThroughTheirNamesAndTheirPassage) {
  const auto warns = [](std::string name, const std::vector<std::pair<EntityType, std::string>>& mentions) {
    AssessInput input = input_with(
        claim(actor("APT10"), Predicate::targets, company(std::move(name)), kOtherFirm, 0, std::string(90, 'x')));
    for (const auto& [type, mentioned] : mentions) {
      record::Entity entity;
      entity.type = type;
      entity.name = mentioned;
      entity.document = "one.txt";
      entity.span = {10, 20, {}};
      input.readings[0].entities.push_back(entity);
    }
    return !assess(input).warnings.empty();
  };
  EXPECT_TRUE(warns("Vaccines Institute of India", {}));
  EXPECT_FALSE(warns("Vaccines Institute", {}));
  EXPECT_TRUE(warns("Vaccines Institute", {{EntityType::location, "India"}}));
  EXPECT_TRUE(warns("Somebody", {{EntityType::location, "India"}, {EntityType::sector, "pharmaceuticals"}}));
  EXPECT_FALSE(warns("Somebody", {{EntityType::location, "France"}, {EntityType::sector, "pharmaceuticals"}}));
}

TEST(Assess, TheAttackersOwnCountryInThePassageIsNotTheVictims) {
  AssessInput input = fixture::input();
  input.matches.clear();
  input.estate.organisation.country = "CN";
  record::Claim one =
      claim(actor("APT10"), Predicate::targets, company("Vaccines Institute"), kOtherFirm, 0, std::string(90, 'x'));
  input.readings = {fixture::reading("one.txt", "ee", "2021-03-01", {one})};
  record::Entity china;
  china.type = EntityType::location;
  china.name = "China";
  china.span = {5, 10, {}};
  input.readings[0].entities.push_back(china);
  EXPECT_TRUE(assess(input).warnings.empty());
}

TEST(Assess, AWarningNeedsMoreThanASharedCountry) {
  EXPECT_TRUE(assess(input_with(claim(actor("APT10"), Predicate::targets, term(EntityType::location, "India"),
                                      kOtherFirm, 0, "x")))
                  .warnings.empty());
}

TEST(Assess, ANamedVulnerabilityThatIsOpenHereWarns) {
  const Assessment assessment = assess(input_with(claim(
      actor("APT10"), Predicate::exploits, term(EntityType::vulnerability, "cve-2021-23017"), kOtherFirm, 0, "x")));
  ASSERT_EQ(assessment.warnings.size(), 1U);
  EXPECT_EQ(assessment.warnings[0].through.at(0).exposure.asset, "web-01");
}

TEST(Assess, AVulnerabilityFixedByBackportDoesNot) {
  EXPECT_TRUE(assess(input_with(claim(actor("APT10"), Predicate::exploits,
                                      term(EntityType::vulnerability, "CVE-2021-3449"), kOtherFirm, 0, "x")))
                  .warnings.empty());
}

TEST(Assess, ASupplierThatIsNamedWarnsAndItsAccessIsReviewed) {
  const Assessment assessment = assess(input_with(
      claim(actor("APT10"), Predicate::compromises, company("Kaveri Logistics Pvt Ltd"), kOtherFirm, 0, "x")));
  ASSERT_EQ(assessment.warnings.size(), 1U);
  EXPECT_TRUE(std::ranges::any_of(assessment.warnings[0].do_first, [](const record::Action& action) {
    return action.action == "Review the access of Kaveri Logistics: remote maintenance of erp-01";
  }));
}

TEST(Assess, NamesInOtherScriptsAndShortFormsMeanTheOrganisation) {
  for (const std::string_view name : {"阿拉瓦利疫苗", "AVL", "aravalli vaccines limited", "Aravalli Vaccines"}) {
    EXPECT_EQ(
        assess(input_with(claim(actor("APT10"), Predicate::targets, company(std::string(name)), kOtherFirm, 0, "x")))
            .warnings.size(),
        1U)
        << name;
  }
  for (const std::string_view name : {"Aravalli", "Vaccines Ltd", "Aravalli Steel"}) {
    EXPECT_TRUE(
        assess(input_with(claim(actor("APT10"), Predicate::targets, company(std::string(name)), kOtherFirm, 0, "x")))
            .warnings.empty())
        << name;
  }
}

TEST(Assess, AliasesMeetInOneWarning) {
  AssessInput input = fixture::input();
  for (record::Claim& each : input.readings[0].claims) {
    if (each.subject.name == "APT10" && each.predicate == Predicate::motivated_by) each.subject.name = "menuPass";
  }
  const Assessment assessment = assess(input);
  ASSERT_EQ(assessment.warnings.size(), 1U);
  EXPECT_TRUE(assessment.warnings[0].motive);
}

TEST(Assess, AnActorThatIsOnlyDescribedFoldsIntoTheOneThatTheDocumentNames) {
  AssessInput input = fixture::input();
  record::Term chinese = term(EntityType::threat_actor, "Chinese hackers");
  chinese.country = "CN";
  record::Claim described = claim(chinese, Predicate::targets, company("Aravalli Vaccines"), fixture::interview(), 10,
                                  "Chinese hackers looked at Aravalli Vaccines.");
  described.evidence[0].document = "news.txt";
  input.readings[0].claims.push_back(described);
  EXPECT_EQ(assess(input).warnings.size(), 1U);
  input.readings[0].claims = {described};
  EXPECT_EQ(assess(input).warnings.at(0).title, "Chinese hackers are reported to target Aravalli Vaccines Ltd");
}

TEST(Assess, OldClaimsExplainButRaiseNothing) {
  record::Claim old = claim(actor("APT10"), Predicate::targets, company("Aravalli Vaccines"), kOtherFirm, 0, "x");
  old.time = record::ClaimTime{"2016", {}, "in 2016"};
  EXPECT_TRUE(assess(input_with(old)).warnings.empty());
}

TEST(Assess, ReportsAfterTheDayOfTheAssessmentAreNotUsed) {
  AssessInput input = fixture::input();
  input.matches.clear();
  input.as_of = fixture::day("2021-02-28");
  EXPECT_TRUE(assess(input).warnings.empty());
  input.as_of = fixture::day("2021-03-01");
  EXPECT_EQ(assess(input).warnings.size(), 1U);
}

TEST(Assess, MarkingFollowsSourcesAndNeverPassesTheClearance) {
  AssessInput input = fixture::input();
  input.matches.clear();
  input.estate.organisation.clearance = record::Tlp::amber_strict;
  EXPECT_EQ(assess(input).warnings.at(0).marking, record::Tlp::amber);
  input.document_markings["news.txt"] = record::Tlp::amber_strict;
  EXPECT_EQ(assess(input).warnings.at(0).marking, record::Tlp::amber_strict);
  input.estate.organisation.clearance = record::Tlp::green;
  EXPECT_TRUE(assess(input).warnings.empty());
  input.document_markings.clear();
  EXPECT_EQ(assess(input).warnings.at(0).marking, record::Tlp::green);
}

TEST(Assess, AnIndicatorOfTheActorInOurLogsLiftsIt) {
  AssessInput input = fixture::input();
  const double before = probability_of(assess(input).warnings.at(0), "APT10");
  record::Match hit = fixture::match("Known address", "", "logs/web-01/access.log", 12, "2021-03-01T21:00:00Z", "");
  hit.engine = record::Engine::indicator;
  hit.indicator = record::MatchedIndicator{"203.0.113.9", "ipv4", "own list", "", "Stone Panda"};
  input.matches.push_back(hit);
  const record::Warning warning = assess(input).warnings.at(0);
  EXPECT_GT(probability_of(warning, "APT10"), before);
  EXPECT_FALSE(holds(warning.not_known, "nothing in it points to an actor"));
}

TEST(Assess, TechniqueOverlapAloneCarriesNothing) {
  AssessInput input = fixture::input();
  input.readings = {fixture::reading(
      "t.txt", "dd44", "2021-03-01",
      {claim(actor("APT10"), Predicate::uses, term(EntityType::attack_pattern, "T1190"), kOtherFirm, 0, "x")})};
  const Assessment assessment = assess(input);
  ASSERT_EQ(assessment.warnings.size(), 1U);  // for what was seen
  EXPECT_FALSE(assessment.warnings[0].actor);
  EXPECT_EQ(probability_of(assessment.warnings[0], "unknown actor"), 1.0);
}

TEST(Assess, AssetsAreFoundByHostAddressAndPath) {
  const auto assets = fixture::estate().assets;
  const auto find = [&](std::string host, std::string path) {
    record::Match match;
    match.host = std::move(host);
    match.source.path = std::move(path);
    return find_asset(assets, match);
  };
  EXPECT_EQ(find("SHOP.aravalli.example", ""), 0U);
  EXPECT_EQ(find("cms-01.aravalli.example", ""), 1U);
  EXPECT_EQ(find("10.0.5.4", ""), 2U);
  EXPECT_EQ(find("", "/var/log/web-01/access.log"), 0U);
  EXPECT_EQ(find("", "web-01-access.log.gz"), 0U);
  EXPECT_EQ(find("", "web-011/access.log"), assets.size());
  EXPECT_EQ(find("mail", "mail.log"), assets.size());
  auto listed = assets;
  listed[2].logs = {"/srv/pg", "/srv/mail.log"};
  record::Match match;
  match.source.path = "/srv/mail.log";
  EXPECT_EQ(find_asset(listed, match), 2U);
  match.source.path = "/srv/pg/day1.json";
  EXPECT_EQ(find_asset(listed, match), 2U);
  match.source.path = "/srv/pgx/day1.json";
  EXPECT_EQ(find_asset(listed, match), listed.size());
}

// Properties, over random sets of claims made of a few names, so that they meet.

const std::vector<std::string> kActors = {"APT10",      "Stone Panda",          "Dark Lotus",       "DARK LOTUS",
                                          "dark lotus", "North Korean hackers", "hackers of Korea", "hackers"};
const std::vector<std::string> kVictims = {"Aravalli Vaccines", "Ganga Serum Works", "Loire Vaccins",
                                           "Kaveri Logistics", "Someone Else"};
const std::vector<record::Claimant> kFirms = {{"Nilgiri Cyber", ClaimantRole::analyst},
                                              {"Palar Research", ClaimantRole::analyst},
                                              {"CERT-In", ClaimantRole::government},
                                              {"Example Wire", ClaimantRole::agency}};

/// An actor of kActors as `read` would give it; some are met with an id and a country as well.
record::Term any_actor() {
  record::Term made = actor(*rc::gen::elementOf(kActors));
  if (made.name.find("hackers") != std::string::npos) made.type = EntityType::threat_actor;
  if (made.name.find("Korea") != std::string::npos) made.country = "KP";
  if (made.name == "DARK LOTUS") made.country = "CN";
  if (made.name == "dark lotus") made.id = "intrusion-set--0f0f0f0f-0000-4000-8000-000000000001";
  return made;
}

rc::Gen<record::Claim> any_claim() {
  return rc::gen::exec([] {
    record::Claim made = claim(any_actor(),
                               *rc::gen::element(Predicate::targets, Predicate::compromises, Predicate::exploits,
                                                 Predicate::motivated_by, Predicate::has_weakness),
                               {}, {*rc::gen::elementOf(kFirms)}, *rc::gen::inRange<std::uint64_t>(0, 400),
                               "words of a source " + std::to_string(*rc::gen::inRange(0, 1000)));
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        made.object = term(EntityType::weakness,
                           *rc::gen::element<std::string>("web-server", "content-management-system", "email"));
        break;
      case 1:
        made.object = term(EntityType::sector, *rc::gen::element<std::string>("vaccines", "healthcare", "banking"));
        break;
      default:
        made.object = company(*rc::gen::elementOf(kVictims));
    }
    if (made.predicate == Predicate::motivated_by) made.object = term(EntityType::motive, "espionage");
    if (made.predicate == Predicate::has_weakness) made.subject = company(*rc::gen::elementOf(kVictims));
    made.factuality =
        *rc::gen::element(record::Factuality::actual, record::Factuality::attempted, record::Factuality::possible);
    made.negated = *rc::gen::weightedElement<bool>({{5, false}, {1, true}});
    if (*rc::gen::weightedElement<bool>({{5, false}, {1, true}}))
      made.denied_by = {{"China's foreign ministry", ClaimantRole::government}};
    return made;
  });
}

AssessInput any_input() {
  AssessInput input = fixture::input();
  input.readings.clear();
  const int documents = *rc::gen::inRange(1, 5);
  for (int i = 0; i < documents; ++i) {
    input.readings.push_back(
        fixture::reading("d" + std::to_string(i) + ".txt", "hash" + std::to_string(i), "2021-03-01",
                         *rc::gen::resize(24, rc::gen::container<std::vector<record::Claim>>(any_claim()))));
  }
  if (*rc::gen::arbitrary<bool>()) input.matches.clear();
  if (*rc::gen::weightedElement<bool>({{2, false}, {1, true}})) {  // the first report's indicator was seen
    record::Indicator indicator;
    indicator.value = "staging.example";
    input.readings.front().indicators.push_back(indicator);
    record::Match seen = fixture::match("Name of a report", "", "logs/web-01/dns.log", 3, "2021-03-01T21:00:00Z", "");
    seen.indicator = record::MatchedIndicator{};
    seen.indicator->value = indicator.value;
    input.matches.push_back(seen);
  }
  return input;
}

template <typename T>
void shuffle(std::vector<T>& list, std::uint32_t seed) {
  for (std::size_t i = list.size(); i > 1; --i) {
    seed = seed * 1664525U + 1013904223U;
    std::swap(list[i - 1], list[(seed >> 8) % i]);
  }
}

TEST(AssessProperty, OrderOfInputNeverMatters) {
  EXPECT_TRUE(rc::check([] {
    const AssessInput input = any_input();
    AssessInput shuffled = input;
    const auto seed = *rc::gen::arbitrary<std::uint32_t>();
    shuffle(shuffled.readings, seed);
    for (record::DocumentReading& reading : shuffled.readings) shuffle(reading.claims, seed);
    shuffle(shuffled.exposures, seed);
    shuffle(shuffled.matches, seed);
    shuffle(shuffled.known, seed);
    shuffle(shuffled.estate.assets, seed);
    shuffle(shuffled.logs, seed);
    const Assessment a = assess(input);
    const Assessment b = assess(shuffled);
    RC_ASSERT(a.warnings == b.warnings);
    RC_ASSERT(a.not_used == b.not_used);
  }));
}

TEST(AssessProperty, TenCopiesOfAReportChangeNothing) {
  EXPECT_TRUE(rc::check([] {
    const AssessInput input = any_input();
    AssessInput copied = input;
    const record::DocumentReading original = copied.readings.front();
    for (int i = 0; i < 10; ++i) {
      record::DocumentReading copy = original;
      copy.document.path = "mirror-" + std::to_string(i) + ".txt";
      for (record::Claim& each : copy.claims) each.evidence.front().document = copy.document.path;
      copied.readings.push_back(std::move(copy));
    }
    const Assessment a = assess(input);
    const Assessment b = assess(copied);
    RC_ASSERT(a.warnings == b.warnings);
    RC_ASSERT(a.not_used == b.not_used);
  }));
}

TEST(AssessProperty, DeniedOrNegatedClaimsNeverRaiseAWarning) {
  EXPECT_TRUE(rc::check([] {
    AssessInput input = any_input();
    input.matches.clear();
    for (record::DocumentReading& reading : input.readings) {
      for (record::Claim& each : reading.claims) {
        if (*rc::gen::arbitrary<bool>()) {
          each.negated = true;
        } else {
          each.denied_by = {{"Somebody", ClaimantRole::unnamed}};
        }
      }
    }
    RC_ASSERT(assess(input).warnings.empty());
  }));
}

TEST(AssessProperty, ProbabilitiesSumToOneAndTheUnknownActorIsAlwaysThere) {
  EXPECT_TRUE(rc::check([] {
    for (const record::Warning& warning : assess(any_input()).warnings) {
      double sum = 0;
      for (const record::Hypothesis& hypothesis : warning.hypotheses) sum += hypothesis.probability;
      RC_ASSERT(sum > 1 - 1e-9 && sum < 1 + 1e-9);
      RC_ASSERT(probability_of(warning, "unknown actor") >= 0.049);
      RC_ASSERT(std::ranges::is_sorted(warning.hypotheses, std::greater(), &record::Hypothesis::probability));
    }
  }));
}

TEST(AssessProperty, AnUnrelatedClaimChangesNoWarning) {
  EXPECT_TRUE(rc::check([] {
    const AssessInput input = any_input();
    AssessInput more = input;
    std::vector<record::Claimant> chain = {*rc::gen::elementOf(kFirms)};
    if (*rc::gen::arbitrary<bool>()) chain.push_back({"Example Wire", ClaimantRole::agency});
    record::Claim unrelated =
        claim(any_actor(), *rc::gen::element(Predicate::targets, Predicate::compromises, Predicate::impersonates),
              *rc::gen::element(term(EntityType::sector, "banking"), company("Someone Else"),
                                term(EntityType::location, "France")),
              chain, 2000, "something about somebody else entirely, far from here");
    // In a report of which the indicators were seen nothing is unrelated.
    const std::size_t at = *rc::gen::inRange<std::size_t>(0, more.readings.size() + 1);
    if (at < more.readings.size() && more.readings[at].indicators.empty()) {
      unrelated.evidence[0].document = more.readings[at].document.path;
      more.readings[at].claims.push_back(unrelated);
    } else {
      more.readings.push_back(fixture::reading("z.txt", "zz", "2021-03-01", {unrelated}));
    }
    RC_ASSERT(assess(input).warnings == assess(more).warnings);
  }));
}

TEST(Assess, WhatAReportSaysFirstHandIsRelayedWhereTheReportRestsOnAnother) {
  AssessInput input =
      input_with(claim(actor("APT10"), Predicate::targets, company("Aravalli Vaccines"), kOtherFirm, 0, "x"));
  const auto basis = [&](std::string root) {
    input.source_groups = {{{"one.txt"}, std::move(root), {}}};
    return assess(input).warnings.at(0).basis.why;
  };
  EXPECT_EQ(basis("Palar Research"), "one independent source: Palar Research (analyst)");
  EXPECT_EQ(basis("one.txt"), "one independent source: Palar Research (analyst)");
  EXPECT_EQ(basis("Nilgiri Cyber"), "one independent source: Palar Research (analyst, relayed)");
}

TEST(Assess, WhereThePressPassesOnTheSameAttackEverybodyIsRelayed) {
  AssessInput input =
      input_with(claim(actor("APT10"), Predicate::targets, company("Aravalli Vaccines"), kOtherFirm, 0, "x"));
  record::Claim passed_on = claim(actor("APT10"), Predicate::motivated_by, term(EntityType::motive, "espionage"),
                                  fixture::interview(), 50, "y");
  passed_on.evidence[0].document = "one.txt";
  input.readings[0].claims.push_back(passed_on);
  EXPECT_EQ(assess(input).warnings.at(0).basis.why, "one independent source: Palar Research (analyst, relayed)");
}

TEST(AssessProperty, AnIndependentSourceNeverLowersTheActor) {
  EXPECT_TRUE(rc::check([] {
    const AssessInput input = any_input();
    AssessInput more = input;
    more.readings.push_back(fixture::reading("y.txt", "yy", "2021-03-01",
                                             {claim(actor("APT10"), Predicate::targets, company("Aravalli Vaccines"),
                                                    {{"Tapti Labs", ClaimantRole::analyst}}, 0,
                                                    "Our own sensors show APT10 at the gates of Aravalli Vaccines.")}));
    const Assessment after = assess(more);
    const Assessment before = assess(input);
    const record::Warning* now = warning_of(after, "APT10");
    RC_ASSERT(now != nullptr);
    if (const record::Warning* then = warning_of(before, "APT10")) {
      RC_ASSERT(probability_of(*now, "APT10") >= probability_of(*then, "APT10"));
    }
  }));
}

}  // namespace
}  // namespace tocsin::assess
