#include "knowledge/packs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

#include "base/test_folder.h"

namespace tocsin::knowledge {
namespace {

using record::EntityType;
using record::KnownEntity;
using record::Name;

const NamePacks& own_packs() {
  static const NamePacks packs = [] {
    auto loaded = load_name_packs(TOCSIN_SOURCE_DIR "/packs/names");
    EXPECT_TRUE(loaded) << (loaded ? "" : print_error(loaded.error()));
    return loaded ? *std::move(loaded) : NamePacks{};
  }();
  return packs;
}

const KnownEntity* find(const NamePacks& packs, EntityType type, std::string_view name) {
  const auto found = std::ranges::find_if(
      packs.entities, [&](const KnownEntity& entity) { return entity.type == type && entity.name == name; });
  return found == packs.entities.end() ? nullptr : &*found;
}

const Name* find_name(const KnownEntity& entity, std::string_view text) {
  const auto found = std::ranges::find(entity.names, text, &Name::text);
  return found == entity.names.end() ? nullptr : &*found;
}

std::size_t count(const NamePacks& packs, EntityType type) {
  return static_cast<std::size_t>(std::ranges::count(packs.entities, type, &KnownEntity::type));
}

/// "line: rule" of each problem of a single file.
std::vector<std::string> problems_of(std::string_view text) {
  std::vector<std::string> found;
  for (const Diagnostic& problem : parse_name_packs({{"a.yml", text}}).problems) {
    found.push_back(std::to_string(problem.where.line) + ": " + problem.rule);
  }
  return found;
}

constexpr std::string_view kHead = "format: organisations\ndate: 2026-11-23\nsources: {own: {title: own}}\n";

TEST(OwnPacks, HaveNoProblem) {
  for (const Diagnostic& problem : own_packs().problems) ADD_FAILURE() << print_diagnostic(problem, "");
  EXPECT_GE(count(own_packs(), EntityType::intrusion_set), 60U);
  EXPECT_GE(count(own_packs(), EntityType::malware) + count(own_packs(), EntityType::tool), 80U);
  EXPECT_GE(count(own_packs(), EntityType::sector), 36U);
  EXPECT_GE(count(own_packs(), EntityType::location), 249U);
  EXPECT_EQ(own_packs().date, "2026-11-23");
}

TEST(OwnPacks, AnActorKeepsWhoseNameEachIs) {
  const KnownEntity* apt10 = find(own_packs(), EntityType::intrusion_set, "APT10");
  ASSERT_NE(apt10, nullptr);
  EXPECT_EQ(apt10->names.front().text, "APT10");
  EXPECT_EQ(apt10->names.front().asserted_by, std::vector<std::string>{"Mandiant"});
  const Name* stone_panda = find_name(*apt10, "Stone Panda");
  ASSERT_NE(stone_panda, nullptr);
  EXPECT_EQ(stone_panda->asserted_by, std::vector<std::string>{"CrowdStrike"});
  EXPECT_EQ(stone_panda->relation, "same-as");
  const Name* cicada = find_name(*apt10, "Cicada");
  ASSERT_NE(cicada, nullptr);
  EXPECT_EQ(cicada->relation, "overlaps");
  EXPECT_TRUE(cicada->needs_context);
  EXPECT_TRUE(cicada->case_sensitive);
  EXPECT_EQ(apt10->country, "CN");
  EXPECT_EQ(apt10->country_asserted_by, "US Department of Justice, NCSC, ACSC");
  EXPECT_EQ(apt10->external_id, "G0045");
  EXPECT_EQ(apt10->first_seen, 2006);
  EXPECT_NE(std::ranges::find(apt10->uses, "PlugX"), apt10->uses.end());
  EXPECT_TRUE(apt10->id.starts_with("intrusion-set--"));
}

TEST(OwnPacks, CountriesAndSectorsInTwoLanguages) {
  const KnownEntity* us = find(own_packs(), EntityType::location, "United States");
  ASSERT_NE(us, nullptr);
  EXPECT_EQ(us->country, "US");
  EXPECT_EQ(us->region, "northern-america");
  ASSERT_NE(find_name(*us, "US"), nullptr);
  EXPECT_TRUE(find_name(*us, "US")->case_sensitive);
  ASSERT_NE(find_name(*us, "American"), nullptr);
  EXPECT_EQ(find_name(*us, "American")->relation, "demonym");
  ASSERT_NE(find_name(*us, "美国"), nullptr);
  EXPECT_EQ(find_name(*us, "美国")->language, "zh");
  const KnownEntity* vaccines = find(own_packs(), EntityType::sector, "vaccines");
  ASSERT_NE(vaccines, nullptr);
  EXPECT_EQ(vaccines->parent, "pharmaceuticals");
  EXPECT_NE(find_name(*vaccines, "vaccine makers"), nullptr);
  EXPECT_TRUE(find_name(*vaccines, "vaccine")->needs_context);
  EXPECT_NE(find_name(*vaccines, "疫苗"), nullptr);
  const KnownEntity* water = find(own_packs(), EntityType::sector, "water");
  ASSERT_NE(water, nullptr);
  EXPECT_TRUE(water->names.front().needs_context) << "the key of the sector is an ordinary word";
}

TEST(OwnPacks, OrganisationsSayHowTheySpeak) {
  const KnownEntity* reuters = find(own_packs(), EntityType::identity, "Reuters");
  ASSERT_NE(reuters, nullptr);
  EXPECT_EQ(reuters->organisation_kind, record::OrganisationKind::agency);
  const KnownEntity* cert_in = find(own_packs(), EntityType::identity, "CERT-In");
  ASSERT_NE(cert_in, nullptr);
  EXPECT_EQ(cert_in->organisation_kind, record::OrganisationKind::cert);
  EXPECT_EQ(cert_in->country, "IN");
}

TEST(OwnPacks, LoadInTheTimeOfAStart) {
  const std::clock_t begin = std::clock();  // of this process, whatever else the machine does
  ASSERT_TRUE(load_name_packs(TOCSIN_SOURCE_DIR "/packs/names"));
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  RecordProperty("load_microseconds", static_cast<int>(seconds * 1e6));
  // 50 ms in a release build on two cores of 2026; ten times that where nothing is optimised.
  EXPECT_LT(seconds, 0.5);
}

TEST(NamePacks, UnknownKeysAndWordsAreErrorsWithPlaceAndHint) {
  const std::string text = std::string(kHead) + "organisations:\n  - {name: A, kind: analyst, contry: US}\n" +
                           "  - {name: B, kind: vendor}\n";
  const NamePacks packs = parse_name_packs({{"a.yml", text}});
  ASSERT_EQ(packs.problems.size(), 2U);
  EXPECT_EQ(packs.problems[0].rule, "names/unknown-key");
  EXPECT_EQ(packs.problems[0].where.source, "a.yml");
  EXPECT_EQ(packs.problems[0].where.line, 5U);
  EXPECT_EQ(packs.problems[0].hint, "did you mean 'country'?");
  EXPECT_EQ(packs.problems[1].rule, "names/unknown-word");
  EXPECT_EQ(packs.entities.size(), 2U) << "what could be read is there all the same";
}

TEST(NamePacks, ReferencesMustExist) {
  const std::string text =
      "format: actors\ndate: 2026-11-23\nsources: {own: {title: own}}\nmotives: {spying: {stix: organizational-gain, "
      "means: x}}\n"
      "actors:\n"
      "  - {name: A, description: d, same-as: {Nobody: [B]}, sectors: [watr], countries: [ZZ], motives: [spyin],\n"
      "     origin: [{country: YY, by: [Somebody], date: 2026-01-01}], sources: [owm]}\n";
  std::vector<std::string> messages;
  for (const Diagnostic& problem : parse_name_packs({{"a.yml", text}}).problems) messages.push_back(problem.message);
  std::ranges::sort(messages);
  EXPECT_EQ(messages, (std::vector<std::string>{"unknown country code 'YY'", "unknown country code 'ZZ'",
                                                "unknown motive 'spyin'", "unknown organisation 'Nobody'",
                                                "unknown organisation 'Somebody'", "unknown sector 'watr'",
                                                "unknown source 'owm'"}));
}

TEST(NamePacks, ANameIsSameAsInOneActorOnly) {
  const std::string head = "format: actors\ndate: 2026-11-23\nsources: {own: {title: own}}\nactors:\n";
  EXPECT_EQ(problems_of(head + "  - {name: A, description: d, same-as: {unattributed: [X 1]}}\n"
                               "  - {name: B, description: d, same-as: {unattributed: [x-1]}}\n"),
            (std::vector<std::string>{"6: names/ambiguous-name"}));
  EXPECT_EQ(problems_of(head + "  - {name: A, description: d, same-as: {unattributed: [X 1]}}\n"
                               "  - {name: B, description: d, overlaps: {unattributed: [X 1]}}\n"),
            (std::vector<std::string>{}));
  EXPECT_EQ(problems_of(head +
                        "  - {name: A, description: d, same-as: {unattributed: [X]}, overlaps: {unattributed: [X]}}\n"),
            (std::vector<std::string>{"5: names/repeated-name"}));
  EXPECT_EQ(problems_of(head + "  - {name: A, description: d, needs-context: [Y]}\n"),
            (std::vector<std::string>{"5: names/unknown-name"}));
}

TEST(NamePacks, FormErrors) {
  EXPECT_EQ(problems_of("- a"), (std::vector<std::string>{"1: names/form"}));
  EXPECT_EQ(problems_of("format: actor\ndate: 2026-11-23\nsources: {own: {title: own}}\n"),
            (std::vector<std::string>{"1: names/unknown-format"}));
  EXPECT_EQ(problems_of("format: malware\ndate: 2026-13-23\nsources: {own: {title: own}}\nmalware: []\n"),
            (std::vector<std::string>{"2: names/form"}));
  EXPECT_EQ(problems_of("format: [\n").size(), 1U);
  EXPECT_EQ(problems_of(std::string(kHead) + "organisations:\n  - {name: A, kind: other, also: [A b, a B]}\n"),
            (std::vector<std::string>{}));
  EXPECT_EQ(problems_of(std::string(kHead) +
                        "organisations:\n  - {name: A, kind: other}\n  - {name: B, kind: other, also: [a]}\n"),
            (std::vector<std::string>{}))
      << "A is all capitals and counts only as it is written";
  EXPECT_EQ(problems_of(std::string(kHead) +
                        "organisations:\n  - {name: Aa, kind: other}\n  - {name: B, kind: other, also: [aA]}\n"),
            (std::vector<std::string>{"6: names/ambiguous-name"}));
}

TEST(NamePacks, AFolderWithoutPacksIsAnError) {
  const TestFolder folder;
  EXPECT_EQ(load_name_packs(folder.path()).error().code, ErrorCode::not_found);
  EXPECT_EQ(load_name_packs(folder.at("absent")).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace tocsin::knowledge
