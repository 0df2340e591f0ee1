#include "knowledge/store.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <set>

#include "base/test_folder.h"
#include "knowledge/database.h"
#include "knowledge/names_extension.h"
#include "stix/check.h"
#include "stix/identifier.h"
#include "stix/versions.h"

namespace tocsin::knowledge {
namespace {

stix::Object actor(int id, std::string_view modified, std::string_view name, bool revoked = false,
                   const std::vector<std::string>& aliases = {}) {
  stix::Object made("intrusion-set", "intrusion-set--00000000-0000-4000-8000-00000000000" + std::to_string(id));
  made.set("created", "2020-01-01T00:00:00Z").set("modified", modified).set("name", name);
  made.set_strings("aliases", aliases);
  if (revoked) made.set("revoked", true);
  return made;
}

Store open(const std::string& path) {
  auto store = Store::open(path, true);
  EXPECT_TRUE(store) << print_error(store.error());
  return *std::move(store);
}

std::string exported(Store& store) {
  auto bundle = store.export_bundle();
  EXPECT_TRUE(bundle) << print_error(bundle.error());
  return stix::print_bundle(*bundle);
}

std::vector<std::string> names_found(Store& store, std::string_view name) {
  auto found = store.find(name);
  EXPECT_TRUE(found) << print_error(found.error());
  std::vector<std::string> names;
  for (const FoundRecord& record : found->records) names.push_back(record.name);
  return names;
}

TEST(Store, KeepsVersionsAndAnswersFromTheLatest) {
  const TestFolder folder;
  Store store = open(folder.at("store"));
  auto counts = store.add({actor(1, "2021-01-01T00:00:00Z", "Old Heron", false, {"Pond Panda"}),
                           actor(1, "2022-01-01T00:00:00Z", "Grey Heron", false, {"Reed Panda"}),
                           actor(1, "2020-06-01T00:00:00Z", "Egg"), actor(2, "2021-01-01T00:00:00Z", "Other")},
                          "a.json");
  ASSERT_TRUE(counts) << print_error(counts.error());
  EXPECT_EQ(counts->objects, 4U);
  EXPECT_EQ(counts->added, 2U);
  EXPECT_EQ(counts->superseded, 1U);
  EXPECT_EQ(counts->older, 1U);
  auto totals = store.totals();
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->objects, 2U);
  EXPECT_EQ(totals->versions, 4U);
  EXPECT_EQ(names_found(store, "reed panda"), std::vector<std::string>{"Grey Heron"});
  EXPECT_TRUE(names_found(store, "Pond Panda").empty()) << "a name of an older version only";
  auto again = store.add({actor(1, "2022-01-01T00:00:00.000Z", "Grey Heron", false, {"Reed Panda"}),
                          actor(2, "2021-01-01T00:00:00Z", "Other")},
                         "b.json");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->duplicate, 1U);
  EXPECT_EQ(again->conflict, 1U) << "the same instant in other digits is the same version with other content";
}

TEST(Store, VersionsOfAnyCenturyAreOrdered) {
  const TestFolder folder;
  Store store = open(folder.at("store"));
  const auto counts = store.add({actor(1, "9999-12-31T23:59:59Z", "Last Heron"),
                                 actor(1, "2026-01-01T00:00:00Z", "Heron"), actor(1, "1601-01-01T00:00:00Z", "Egg")},
                                "a");
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->older, 2U);
  EXPECT_EQ(names_found(store, "Last Heron").size(), 1U);
  EXPECT_TRUE(names_found(store, "Egg").empty());
}

TEST(Store, RevokedIsFinal) {
  const TestFolder folder;
  Store store = open(folder.at("store"));
  ASSERT_TRUE(store.add({actor(1, "2021-01-01T00:00:00Z", "Grey Heron", true)}, "a.json"));
  ASSERT_TRUE(store.add({actor(1, "2023-01-01T00:00:00Z", "Risen Heron")}, "b.json"));
  EXPECT_TRUE(names_found(store, "Risen Heron").empty());
  auto found = store.find("Grey Heron");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->records.size(), 1U);
  EXPECT_TRUE(found->records.front().revoked);
  EXPECT_TRUE(store.known_entities()->empty());
}

TEST(Store, ATwinThatIsRevokedCountsByItsVersion) {
  const TestFolder folder;
  Store store = open(folder.at("store"));
  ASSERT_TRUE(
      store.add({actor(1, "2021-01-01T00:00:00Z", "Heron", true), actor(1, "2022-01-01T00:00:00Z", "Heron")}, "a"));
  ASSERT_TRUE(store.add({actor(1, "2022-01-01T00:00:00Z", "Heron", true)}, "b"));
  EXPECT_EQ(store.find("Heron")->records.front().modified, "2022-01-01T00:00:00Z");
}

TEST(Store, SurvivesClosingAndIsReadByOthers) {
  const TestFolder folder;
  {
    Store store = open(folder.at("store"));
    ASSERT_TRUE(store.add({actor(1, "2021-01-01T00:00:00Z", "Grey Heron")}, "a.json"));
    auto reader = Store::open(folder.at("store"), false);
    ASSERT_TRUE(reader) << print_error(reader.error());
    EXPECT_EQ(names_found(*reader, "grey-heron").size(), 1U);
    auto refused = reader->add({actor(2, "2021-01-01T00:00:00Z", "B")}, "b.json");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::usage);
  }
  auto later = Store::open(folder.at("store"), false);
  ASSERT_TRUE(later);
  EXPECT_EQ(names_found(*later, "Grey Heron").size(), 1U);
}

TEST(Store, OtherFilesAreRefusedClearly) {
  const TestFolder folder;
  EXPECT_EQ(Store::open(folder.at("absent"), false).error().code, ErrorCode::not_found);
  EXPECT_EQ(Store::open(folder.at("no/folder/store"), true).error().code, ErrorCode::io);
  const std::string text = folder.write("text", std::string(5000, 'x'));
  for (const bool write : {false, true}) {
    auto opened = Store::open(text, write);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::syntax);
    EXPECT_EQ(opened.error().where.source, text);
  }
  EXPECT_EQ(folder.read("text"), std::string(5000, 'x')) << "nothing was written into it";
  {
    auto other = Database::open(folder.at("other"), Access::write);
    ASSERT_TRUE(other && other->execute("CREATE TABLE t(a)"));
  }
  EXPECT_EQ(Store::open(folder.at("other"), true).error().code, ErrorCode::invalid);
  for (const int format : {1, 99}) {
    const std::string path = folder.at("format-" + std::to_string(format));
    open(path);
    {
      auto other = Database::open(path, Access::write);
      ASSERT_TRUE(other && other->execute("PRAGMA user_version = " + std::to_string(format)));
    }
    const auto refused = Store::open(path, false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
    EXPECT_NE(refused.error().message.find("format " + std::to_string(format)), std::string::npos);
  }
}

TEST(Store, DamageIsAnErrorAndNoCrash) {
  const TestFolder folder;
  {
    Store store = open(folder.at("store"));
    std::vector<stix::Object> objects;
    for (int i = 0; i < 10; ++i) objects.push_back(actor(i, "2021-01-01T00:00:00Z", "Heron " + std::to_string(i)));
    ASSERT_TRUE(store.add(objects, "a.json"));
  }
  std::string bytes = folder.read("store");
  ASSERT_GT(bytes.size(), 8192U);
  std::fill(bytes.begin() + 4096, bytes.end(), '\x5a');
  folder.write("store", bytes);
  auto opened = Store::open(folder.at("store"), false);
  const ErrorCode code = opened ? opened->find("Heron 1").error().code : opened.error().code;
  EXPECT_EQ(code, ErrorCode::syntax);
}

TEST(Store, AnImportIsWholeOrNothing) {
  const TestFolder folder;
  Store store = open(folder.at("store"));
  ASSERT_TRUE(store.add({actor(1, "2021-01-01T00:00:00Z", "Grey Heron")}, "a.json"));
  const std::string broken = folder.write("b.json", R"({"type": "bundle", "objects": [{"type": "tool"}, )");
  EXPECT_FALSE(store.import_file(broken));
  EXPECT_EQ(store.totals()->documents, 1U);
  // A second writer that cannot get in changes nothing either.
  auto other = Database::open(folder.at("store"), Access::write);
  ASSERT_TRUE(other && other->execute("CREATE TRIGGER stop BEFORE INSERT ON object WHEN NEW.id LIKE '%3' "
                                      "BEGIN SELECT RAISE(ABORT, 'stop'); END"));
  EXPECT_FALSE(store.add({actor(2, "2021-01-01T00:00:00Z", "B"), actor(3, "2021-01-01T00:00:00Z", "C")}, "c.json"));
  EXPECT_TRUE(names_found(store, "B").empty());
  EXPECT_EQ(store.totals()->documents, 1U);
}

TEST(Store, AFolderMayHoldFilesThatHaveNoPlaceHere) {
  const TestFolder folder;
  Store store = open(folder.at("store"));
  const std::string other = folder.write("in/a.json", R"({"type": "surveillance-vendor", "values": []})");
  folder.write("in/b.json", R"({"type": "tool", "version": 1, "source": "S", "values":
    [{"value": "Net Cat", "uuid": "11111111-1111-4111-8111-111111111111"}]})");
  auto reports = store.import_paths({folder.at("in")});
  ASSERT_TRUE(reports) << print_error(reports.error());
  ASSERT_EQ(reports->size(), 2U);
  EXPECT_EQ(reports->front().counts.added, 1U);
  EXPECT_EQ(reports->back().document, other);
  ASSERT_EQ(reports->back().skipped.size(), 1U);
  EXPECT_EQ(reports->back().skipped.front().reason, "file");
  auto named = store.import_paths({other});
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().code, ErrorCode::unsupported);
}

TEST(Store, AFullDiskLeavesTheStoreAsItWas) {
  const TestFolder folder;
  Store store = open(folder.at("store"));
  ASSERT_TRUE(store.add({actor(1, "2021-01-01T00:00:00Z", "Grey Heron")}, "a.json"));
  std::vector<stix::Object> many;
  for (int i = 0; i < 4000; ++i) {
    stix::Object big = actor(2, print_rfc3339(Instant(std::chrono::seconds(1'600'000'000 + i)), 3), "Big Heron");
    big.set("description", std::string(1000, 'x'));
    many.push_back(std::move(big));
  }
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit old_limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old_limit), 0);
  const struct rlimit small{.rlim_cur = 1 << 20, .rlim_max = old_limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  auto full = store.add(many, "b.json");
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old_limit), 0);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::io);
  EXPECT_EQ(store.totals()->versions, 1U);
  EXPECT_EQ(names_found(store, "Grey Heron").size(), 1U);
  ASSERT_TRUE(store.add(many, "b.json")) << "with room again";
  EXPECT_EQ(store.totals()->versions, 4001U);
}

TEST(Find, NamesAreNeverMergedAcrossRecords) {
  const TestFolder folder;
  Store store = open(folder.at("store"));
  // A knows X and Y, B knows Y and Z: X and Z have nothing to do with each other.
  ASSERT_TRUE(store.add({actor(1, "2021-01-01T00:00:00Z", "A One", false, {"X Ray", "Y Ray"}),
                         actor(2, "2021-01-01T00:00:00Z", "B Two", false, {"Y Ray", "Z Ray"})},
                        "a.json"));
  EXPECT_EQ(names_found(store, "X Ray"), std::vector<std::string>{"A One"});
  EXPECT_EQ(names_found(store, "Z Ray"), std::vector<std::string>{"B Two"});
  EXPECT_EQ(names_found(store, "y-ray"), (std::vector<std::string>{"A One", "B Two"}));
  auto found = store.find("X Ray");
  ASSERT_TRUE(found);
  for (const FoundName& name : found->records.front().names) EXPECT_NE(name.text, "Z Ray");
}

TEST(Find, ShowsWhoseNameItIsWhoSaysSoAndOneStepOfLinks) {
  const TestFolder folder;
  Store store = open(folder.at("store"));
  const std::string galaxy =
      folder.write("galaxy.json", R"({"type": "threat-actor", "source": "MISP Project", "version": 1,
    "values": [{"value": "Grey Heron", "uuid": "11111111-1111-4111-8111-111111111111",
      "meta": {"synonyms": ["POND PANDA"], "country": "XK",
               "name-attribution": ["POND PANDA:33333333-3333-4333-8333-333333333333"]},
      "related": [{"dest-uuid": "44444444-4444-4444-8444-444444444444", "type": "similar"},
                  {"dest-uuid": "99999999-9999-4999-8999-999999999999", "type": "similar"}]}]})");
  const std::string producers = folder.write("producers.json", R"({"type": "producer", "source": "MISP Project",
    "version": 1, "values": [{"value": "Crowd Example", "uuid": "33333333-3333-4333-8333-333333333333"}]})");
  const std::string bundle = folder.write("bundle.json", R"({"type": "bundle", "id": "bundle--1", "objects": [
    {"type": "identity", "spec_version": "2.1", "id": "identity--55555555-5555-4555-8555-555555555555",
     "created": "2020-01-01T00:00:00Z", "modified": "2020-01-01T00:00:00Z", "name": "Example Institute"},
    {"type": "intrusion-set", "spec_version": "2.1", "id": "intrusion-set--44444444-4444-4444-8444-444444444444",
     "created": "2020-01-01T00:00:00Z", "modified": "2020-01-01T00:00:00Z", "name": "heron",
     "created_by_ref": "identity--55555555-5555-4555-8555-555555555555"},
    {"type": "relationship", "spec_version": "2.1", "id": "relationship--66666666-6666-4666-8666-666666666666",
     "created": "2020-01-01T00:00:00Z", "modified": "2020-01-01T00:00:00Z", "relationship_type": "uses",
     "source_ref": "intrusion-set--44444444-4444-4444-8444-444444444444",
     "target_ref": "tool--77777777-7777-4777-8777-777777777777"}]})");
  auto reports = store.import_paths({galaxy, producers, bundle});
  ASSERT_TRUE(reports) << print_error(reports.error());
  ASSERT_EQ(reports->size(), 3U);
  auto found = store.find("Pond Panda");
  ASSERT_TRUE(found) << print_error(found.error());
  ASSERT_EQ(found->records.size(), 1U);
  const FoundRecord& record = found->records.front();
  EXPECT_EQ(record.name, "Grey Heron");
  EXPECT_EQ(record.match, MatchKind::exact);
  EXPECT_EQ(record.matched.text, "POND PANDA");
  EXPECT_EQ(record.matched.used_by, std::vector<std::string>{"Crowd Example"});
  EXPECT_EQ(record.matched.asserted_by, "MISP galaxy threat-actor");
  EXPECT_EQ(record.documents, std::vector<std::string>{galaxy});
  ASSERT_EQ(record.links.size(), 2U);
  EXPECT_EQ(record.links[0].name, "heron");
  EXPECT_EQ(record.links[0].type, "intrusion-set");
  EXPECT_TRUE(record.links[0].outgoing);
  EXPECT_EQ(record.links[0].asserted_by, "MISP galaxy threat-actor");
  EXPECT_EQ(record.links[1].name, "not in the store");
  auto other = store.find("heron");
  ASSERT_TRUE(other);
  ASSERT_EQ(other->records.size(), 1U);
  EXPECT_EQ(other->records.front().asserted_by, "Example Institute");
  ASSERT_EQ(other->records.front().links.size(), 1U);
  EXPECT_FALSE(other->records.front().links[0].outgoing);
  EXPECT_EQ(other->records.front().links[0].name, "Grey Heron");
  EXPECT_EQ(other->records.front().other_links, (std::vector<std::pair<std::string, std::uint64_t>>{{"uses", 1}}));
  const std::string text = print_found(*found);
  EXPECT_NE(text.find("POND PANDA  Crowd Example"), std::string::npos) << text;
  EXPECT_NE(text.find("suspected origin XK, says MISP galaxy threat-actor"), std::string::npos) << text;
  const std::string line = print_record(record);
  EXPECT_TRUE(line.starts_with(R"({"kind":"known","type":"intrusion-set","name":"Grey Heron")")) << line;
  EXPECT_TRUE(json::parse(line));
}

TEST(Find, FallsBackToBeginningsThenWords) {
  const TestFolder folder;
  Store store = open(folder.at("store"));
  stix::Object described = actor(3, "2021-01-01T00:00:00Z", "Ibis");
  described.set("description", "Wades in the reeds at night.");
  ASSERT_TRUE(store.add(
      {actor(1, "2021-01-01T00:00:00Z", "Grey Heron"), actor(2, "2021-01-01T00:00:00Z", "Greylag"), described},
      "a.json"));
  EXPECT_EQ(names_found(store, "grey"), (std::vector<std::string>{"Grey Heron", "Greylag"}));
  EXPECT_EQ(names_found(store, "heron"), (std::vector<std::string>{"Grey Heron"})) << "a word within a name";
  EXPECT_EQ(names_found(store, "night reeds"), (std::vector<std::string>{"Ibis"}));
  EXPECT_TRUE(names_found(store, "stork").empty());
  EXPECT_TRUE(names_found(store, "\" OR * NEAR(").empty()) << "operators of the full-text search mean nothing";
  auto limited = store.find("grey", 1);
  ASSERT_TRUE(limited);
  EXPECT_EQ(limited->records.size(), 1U);
  EXPECT_EQ(limited->left_off, 1U);
  EXPECT_EQ(store.find("").error().code, ErrorCode::usage);
}

TEST(Find, ControlCharactersDoNotReachTheTerminal) {
  const TestFolder folder;
  Store store = open(folder.at("store"));
  ASSERT_TRUE(store.add({actor(1, "2021-01-01T00:00:00Z", "Grey\x1b[2JHeron")}, "a.json"));
  const std::string text = print_found(*store.find("Grey[2JHeron"));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(Store, OwnPacksRoundTrip) {
  const TestFolder folder;
  Store store = open(folder.at("store"));
  auto reports = store.import_paths({TOCSIN_SOURCE_DIR "/packs/names"});
  ASSERT_TRUE(reports) << print_error(reports.error());
  auto found = store.find("Stone Panda");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->records.size(), 1U);
  const FoundRecord& apt10 = found->records.front();
  EXPECT_EQ(apt10.name, "APT10");
  EXPECT_EQ(apt10.matched.used_by, std::vector<std::string>{"CrowdStrike"});
  EXPECT_EQ(apt10.origin, "CN");
  EXPECT_EQ(names_found(store, "G0045"), std::vector<std::string>{"APT10"});
  const std::string bundle = exported(store);
  const stix::CheckReport report = stix::check_bundle(bundle, {.source = "export"});
  for (const Diagnostic& problem : report.problems) {
    if (problem.severity == Severity::error) ADD_FAILURE() << print_diagnostic(problem, "");
  }
  EXPECT_GT(report.objects, 1000U);
  auto winnti = store.find("Winnti");
  ASSERT_TRUE(winnti);
  ASSERT_GE(winnti->records.size(), 2U) << "several records carry the name";
  EXPECT_EQ(winnti->records[0].name, "Winnti Group");
  EXPECT_EQ(winnti->records[0].matched.relation, "same-as");
  EXPECT_EQ(winnti->records[1].name, "APT41");
  EXPECT_EQ(winnti->records[1].matched.relation, "overlaps");
  auto known = store.known_entities();
  ASSERT_TRUE(known);
  const auto entity = std::ranges::find(*known, "APT10", &record::KnownEntity::name);
  ASSERT_NE(entity, known->end());
  EXPECT_EQ(entity->names.front().asserted_by, std::vector<std::string>{"Mandiant"});
  EXPECT_EQ(entity->country, "CN");
  EXPECT_EQ(entity->external_id, "G0045");
  EXPECT_FALSE(entity->motives.empty());
}

TEST(Store, WhatLeavesComesBackWithItsNamesAndTheirUsers) {
  EXPECT_EQ(kNamesExtension, stix::make_own_id("extension-definition", {"tocsin", "names"}));
  const TestFolder folder;
  Store first = open(folder.at("first"));
  ASSERT_TRUE(first.import_paths({TOCSIN_SOURCE_DIR "/packs/names"}));
  const std::string bundle = exported(first);
  EXPECT_EQ(bundle.find("\"x_"), std::string::npos) << "custom properties are deprecated (STIX 2.1 §11)";
  EXPECT_NE(bundle.find(R"("id":")" + std::string(kNamesExtension)), std::string::npos) << "defined where it is used";
  Store second = open(folder.at("second"));
  auto parsed = stix::parse_bundle(bundle);
  ASSERT_TRUE(parsed);
  ASSERT_TRUE(second.add(parsed->bundle.objects, "bundle.json"));
  EXPECT_EQ(exported(second), bundle);
  auto found = second.find("Stone Panda");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->records.size(), 1U);
  EXPECT_EQ(found->records.front().matched.used_by, std::vector<std::string>{"CrowdStrike"});
  EXPECT_EQ(found->records.front().asserted_by, "Tocsin packs");
  EXPECT_EQ(found->records.front().origin, "CN");
}

/// Everything that can be asked of a store, as text.
std::string state_of(Store& store) {
  std::string state = exported(store);
  for (const std::string_view name : {"Heron", "Panda", "Egg", "Gull"}) {
    auto found = store.find(name);
    EXPECT_TRUE(found);
    for (const FoundRecord& record : found->records) state += '\n' + print_record(record);
  }
  return state;
}

RC_GTEST_PROP(Store, ImportsInAnyOrderGiveTheSame, ()) {
  static constexpr std::array<std::string_view, 4> kNames = {"Heron", "Panda", "Egg", "Gull"};
  static constexpr std::array<std::string_view, 4> kTimes = {"2021-01-01T00:00:00Z", "2021-01-01T00:00:00.000Z",
                                                             "2022-01-01T00:00:00Z", "2023-01-01T00:00:00Z"};
  const auto make = rc::gen::exec([] {
    return actor(*rc::gen::inRange(1, 4), kTimes[*rc::gen::inRange<std::size_t>(0, 4)],
                 kNames[*rc::gen::inRange<std::size_t>(0, 4)], *rc::gen::inRange(0, 3) == 0,
                 {std::string(kNames[*rc::gen::inRange<std::size_t>(0, 4)])});
  });
  struct Sent {
    std::string document;
    stix::Object object;
  };
  std::vector<Sent> sent;
  const int count = *rc::gen::inRange(1, 12);
  for (int i = 0; i < count; ++i) sent.push_back({"doc" + std::to_string(i % 3), *make});
  const TestFolder folder;
  Store first = open(folder.at("first"));
  Store second = open(folder.at("second"));
  stix::VersionSet oracle;
  for (const Sent& one : sent) {
    RC_ASSERT(first.add({one.object}, one.document).has_value());
    oracle.add(one.object);
  }
  std::vector<std::size_t> order(sent.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[*rc::gen::inRange<std::size_t>(0, i)]);
  for (const std::size_t i : order) RC_ASSERT(second.add({sent[i].object}, sent[i].document).has_value());
  RC_ASSERT(state_of(first) == state_of(second));
  auto bundle = first.export_bundle();
  RC_ASSERT(bundle.has_value());
  RC_ASSERT(bundle->objects.size() == oracle.size());
  for (const stix::Object& exported : bundle->objects) RC_ASSERT(exported == *oracle.find(exported.id()));
}

}  // namespace
}  // namespace tocsin::knowledge
