// The store on the real collections of ../shared/data: ATT&CK, the MISP galaxy, Microsoft's mapping, and our packs.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>

#include "base/bytes.h"
#include "base/test_folder.h"
#include "knowledge/store.h"
#include "stix/check.h"

namespace tocsin::knowledge {
namespace {

const std::string kAttack = TOCSIN_DATA_DIR "/attack/enterprise-attack-18.1.json.zst";
const std::string kGalaxies = TOCSIN_DATA_DIR "/misp/galaxy-clusters.tar.zst";
const std::string kMicrosoft = TOCSIN_DATA_DIR "/names/microsoft-actor-mapping.json.zst";

#define NEEDS(path) \
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the test data is absent: " << (path)

/// The regular files of a tar archive, by name.
std::map<std::string, std::string> read_tar(const std::string& path) {
  std::map<std::string, std::string> files;
  auto bytes = read_file(path);
  EXPECT_TRUE(bytes);
  constexpr std::size_t kBlock = 512;
  const std::string_view tar = bytes->view();
  for (std::size_t at = 0; at + kBlock <= tar.size() && tar[at] != '\0';) {
    const std::size_t size = std::stoul(std::string(tar.substr(at + 124, 12)), nullptr, 8);
    const char type = tar[at + 156];
    if (type == '0' || type == '\0') files[std::string(tar.substr(at, 100).data())] = tar.substr(at + kBlock, size);
    at += kBlock + (size + kBlock - 1) / kBlock * kBlock;
  }
  return files;
}

/// Writes the clusters into the folder and gives their paths.
std::vector<std::string> unpack_galaxies(const TestFolder& folder) {
  std::vector<std::string> paths;
  for (const auto& [name, text] : read_tar(kGalaxies)) {
    if (name.ends_with(".json")) {
      paths.push_back(folder.write("galaxy/" + std::filesystem::path(name).filename().string(), text));
    }
  }
  return paths;
}

Store open(const TestFolder& folder) {
  auto store = Store::open(folder.at("store"), true);
  EXPECT_TRUE(store);
  return *std::move(store);
}

std::map<std::string, int> reasons(const ImportReport& report) {
  std::map<std::string, int> counts;
  for (const SkippedRecord& skipped : report.skipped) ++counts[skipped.reason];
  return counts;
}

const FoundRecord* record_of(const FindResult& result, std::string_view asserter) {
  const auto found = std::ranges::find(result.records, asserter, &FoundRecord::asserted_by);
  return found == result.records.end() ? nullptr : &*found;
}

TEST(StoreCorpus, AttackIsImportedWholeAndFast) {
  NEEDS(kAttack);
  const TestFolder folder;
  Store store = open(folder);
  const auto begin = std::chrono::steady_clock::now();
  auto report = store.import_file(kAttack);
  const auto took = std::chrono::steady_clock::now() - begin;
  ASSERT_TRUE(report) << print_error(report.error());
  EXPECT_EQ(report->counts.objects, 24771U);
  EXPECT_EQ(report->counts.added, 24771U);
  EXPECT_TRUE(report->skipped.empty());
  EXPECT_EQ(store.totals()->objects, 24771U);
  struct rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("ATT&CK: %.2f s, peak %ld MB\n", std::chrono::duration<double>(took).count(), usage.ru_maxrss / 1024);
  // Two seconds in a release build; the bound leaves room for sanitizers and for others on the machine.
  EXPECT_LT(took, std::chrono::seconds(60));

  auto again = store.import_file(kAttack);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->counts.duplicate, 24771U) << "the same file again changes nothing";

  const auto find_begin = std::chrono::steady_clock::now();
  auto found = store.find("Stone Panda");
  std::printf("find: %.2f ms\n",
              std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - find_begin).count());
  ASSERT_TRUE(found);
  ASSERT_EQ(found->records.size(), 1U);
  const FoundRecord& menupass = found->records.front();
  EXPECT_EQ(menupass.name, "menuPass");
  EXPECT_EQ(menupass.asserted_by, "The MITRE Corporation");
  EXPECT_EQ(menupass.matched.relation, "same-as");
  EXPECT_NE(menupass.matched.reference.find("Symantec Cicada November 2020"), std::string::npos);
  EXPECT_EQ(menupass.other_links.front().first, "uses");
  EXPECT_GT(menupass.other_links.front().second, 50U);

  auto by_id = store.find("G0045");
  ASSERT_TRUE(by_id);
  ASSERT_EQ(by_id->records.size(), 1U);
  EXPECT_EQ(by_id->records.front().name, "menuPass");

  auto bundle = store.export_bundle();
  ASSERT_TRUE(bundle);
  EXPECT_EQ(bundle->objects.size(), 24771U);
}

TEST(StoreCorpus, RevokedGroupsSayWhatReplacedThem) {
  NEEDS(kAttack);
  const TestFolder folder;
  Store store = open(folder);
  ASSERT_TRUE(store.import_file(kAttack));
  const std::map<std::string_view, std::string_view> successors = {
      {"APT34", "OilRig"}, {"Charming Kitten", "Magic Hound"}, {"MONSOON", "Patchwork"}, {"UNC2452", "APT29"}};
  for (const auto& [name, successor] : successors) {
    auto result = store.find(name);
    ASSERT_TRUE(result);
    ASSERT_EQ(result->records.size(), 2U) << name << ": the group of today with that alias, and the revoked one";
    EXPECT_EQ(result->records.front().name, successor);
    const FoundRecord& revoked = result->records.back();
    EXPECT_TRUE(revoked.revoked);
    ASSERT_EQ(revoked.links.size(), 1U) << name;
    EXPECT_EQ(revoked.links.front().relation, "revoked-by");
    EXPECT_EQ(revoked.links.front().name, successor);
  }
}

TEST(StoreCorpus, EveryGalaxyOfTheCollectionIsRead) {
  NEEDS(kGalaxies);
  const TestFolder folder;
  Store store = open(folder);
  const std::vector<std::string> paths = unpack_galaxies(folder);
  ASSERT_EQ(paths.size(), 18U);
  auto reports = store.import_paths(paths);
  ASSERT_TRUE(reports) << print_error(reports.error());
  std::map<std::string, std::uint64_t> objects;
  for (const ImportReport& report : *reports) {
    objects[std::filesystem::path(report.document).stem().string()] = report.counts.objects;
    for (const auto& [reason, count] : reasons(report)) {
      std::printf("%s: %s: %d\n", report.document.c_str(), reason.c_str(), count);
    }
  }
  auto bundle = store.export_bundle();
  ASSERT_TRUE(bundle);
  const stix::CheckReport checked = stix::check_bundle(stix::print_bundle(*bundle), {.source = "export"});
  std::map<std::string, int> errors;
  for (const Diagnostic& problem : checked.problems) {
    if (problem.severity == Severity::error && errors[problem.rule]++ < 3) {
      ADD_FAILURE() << print_diagnostic(problem, "") << problem.pointer;
    }
  }
  EXPECT_EQ(objects["threat-actor"], 1041U);
  EXPECT_EQ(objects["malpedia"], 3683U);
  EXPECT_EQ(objects["producer"], 135U);
  EXPECT_EQ(objects["country"], 252U);
}

TEST(StoreCorpus, OneNameInFourCollectionsStaysFourRecords) {
  NEEDS(kAttack);
  NEEDS(kGalaxies);
  NEEDS(kMicrosoft);
  const TestFolder folder;
  Store store = open(folder);
  std::vector<std::string> paths = unpack_galaxies(folder);
  paths.insert(paths.end(), {kMicrosoft, kAttack, TOCSIN_SOURCE_DIR "/packs/names"});
  auto reports = store.import_paths(paths);
  ASSERT_TRUE(reports) << print_error(reports.error());
  auto found = store.find("Stone Panda");
  ASSERT_TRUE(found);
  std::printf("%s", print_found(*found).c_str());
  const FoundRecord* mitre = record_of(*found, "The MITRE Corporation");
  const FoundRecord* misp = record_of(*found, "MISP galaxy threat-actor");
  const FoundRecord* microsoft = record_of(*found, "Microsoft");
  const FoundRecord* own = record_of(*found, "Tocsin packs");
  ASSERT_TRUE(mitre && misp && microsoft && own);
  EXPECT_EQ(mitre->name, "menuPass");
  EXPECT_EQ(misp->name, "APT10");
  const std::vector<NameUser> elsewhere = {{"CrowdStrike", "MISP galaxy threat-actor"},
                                           {"CrowdStrike", "Tocsin packs"}};
  EXPECT_EQ(mitre->matched.elsewhere, elsewhere) << "MITRE does not say whose name it is";
  EXPECT_EQ(misp->matched.used_by, std::vector<std::string>{"CrowdStrike"}) << "the producer is in another file";
  EXPECT_EQ(microsoft->name, "Purple Typhoon");
  EXPECT_EQ(own->matched.used_by, std::vector<std::string>{"CrowdStrike"});
  EXPECT_TRUE(std::ranges::any_of(misp->links, [&](const FoundLink& link) {
    return link.relation == "similar" && link.id == mitre->id && link.asserted_by == "MISP galaxy threat-actor";
  })) << "MISP says that its record and MITRE's are similar";
  for (const FoundName& name : misp->names) EXPECT_NE(name.text, "Evilgrab") << "a name that only Microsoft has";
}

}  // namespace
}  // namespace tocsin::knowledge
