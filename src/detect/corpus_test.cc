// The naive evaluator on published rules and events. They are not part of the project: where they are absent, the tests
// are skipped and say so.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "base/bytes.h"
#include "base/yaml.h"
#include "detect/hunt.h"
#include "event/reader.h"

namespace tocsin::detect {
namespace {

namespace fs = std::filesystem;

/// Unpacks an archive of the data folder once into the temporary folder; empty when it is absent.
std::string unpacked(const std::string& archive) {
  const fs::path source = fs::path(TOCSIN_DATA_DIR) / archive;
  if (!fs::exists(source)) return {};
  const fs::path target =
      fs::path(testing::TempDir()) / ("tocsin-corpus-" + std::to_string(::getpid())) / fs::path(archive).stem();
  if (fs::exists(target)) return target;
  fs::create_directories(target);
  const std::string command = "zstd -dc '" + source.string() + "' | tar x -C '" + target.string() + "'";
  EXPECT_EQ(std::system(command.c_str()), 0) << command;  // NOLINT(cert-env33-c)
  return target;
}

class Corpus : public testing::Test {
 protected:
  static void TearDownTestSuite() {
    fs::remove_all(fs::path(testing::TempDir()) / ("tocsin-corpus-" + std::to_string(::getpid())));
  }
  static event::Schema& schema() {
    static const std::unique_ptr<event::Schema> schema = event::Schema::load(TOCSIN_SOURCE_DIR "/packs/event").value();
    return *schema;
  }
  static std::vector<record::Match> hunt(Hunter& hunter, const std::string& path) {
    std::vector<record::Match> out;
    auto reader = event::EventReader::open(path, schema()).value();
    for (;;) {
      const auto batch = reader.next().value();
      if (!batch) return out;
      std::ranges::move(hunter.match(*batch), std::back_inserter(out));
    }
  }
};

TEST_F(Corpus, EveryPublishedRuleLoadsOrSaysWhyNot) {
  const std::string folder = unpacked("sigma/rules.tar.zst");
  if (folder.empty()) GTEST_SKIP() << "no sigma/rules.tar.zst in " << TOCSIN_DATA_DIR;
  Hunter hunter(schema());
  std::vector<std::string> folders;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with("rules")) folders.push_back(entry.path());
  }
  ASSERT_TRUE(hunter.add_rule_files(folders));
  std::map<std::string, int> reasons;
  std::set<std::string> files;
  for (const record::RejectedRule& rejected : hunter.rejected()) {
    EXPECT_GT(rejected.line, 0u);
    EXPECT_GT(rejected.column, 0u);
    if (files.insert(rejected.path).second) ++reasons[rejected.error.substr(0, rejected.error.find(':'))];
    if (rejected.error.find("expand") == std::string::npos)
      ADD_FAILURE() << rejected.path << ":" << rejected.line << ": " << rejected.error;
  }
  for (const auto& [reason, count] : reasons) std::cout << count << " × " << reason << "\n";
  std::map<std::string, int> kinds;
  for (const Diagnostic& warning : hunter.warnings()) ++kinds[warning.rule];
  for (const auto& [kind, count] : kinds) std::cout << count << " × warning " << kind << "\n";
  std::cout << hunter.counts().rules_loaded << " loaded, " << hunter.counts().rules_rejected << " rejected\n";
  EXPECT_EQ(hunter.counts().rules_loaded + hunter.counts().rules_rejected, 3780u);
}

/// The 34 placeholders of these rules come from whoever runs them; with values for all of them every rule loads.
TEST_F(Corpus, EveryPublishedRuleLoadsWithPlaceholders) {
  const std::string folder = unpacked("sigma/rules.tar.zst");
  if (folder.empty()) GTEST_SKIP() << "no sigma/rules.tar.zst in " << TOCSIN_DATA_DIR;
  std::vector<std::string> folders;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with("rules")) folders.push_back(entry.path());
  }
  Placeholders placeholders;
  std::set<std::string> names;
  Hunter without(schema());
  ASSERT_TRUE(without.add_rule_files(folders));
  EXPECT_FALSE(without.rejected().empty());
  for (const record::RejectedRule& rejected : without.rejected()) {
    const std::size_t begin = rejected.error.find('%');
    ASSERT_NE(begin, std::string::npos) << rejected.path << ": " << rejected.error;
    names.insert(rejected.error.substr(begin + 1, rejected.error.find('%', begin + 1) - begin - 1));
  }
  for (const std::string& name : names) ASSERT_TRUE(placeholders.add(name + ": [first, second*]\n", name));
  Hunter hunter(schema());
  hunter.set_placeholders(placeholders);
  ASSERT_TRUE(hunter.add_rule_files(folders));
  for (const record::RejectedRule& rejected : hunter.rejected())
    ADD_FAILURE() << rejected.path << ":" << rejected.line << ": " << rejected.error;
  EXPECT_EQ(hunter.counts().rules_loaded, 3780u);
}

TEST_F(Corpus, EveryCaseMatchesItsRule) {
  const std::string rules = unpacked("sigma/rules.tar.zst");
  const std::string cases = unpacked("sigma/regression-dev.tar.zst");
  if (rules.empty() || cases.empty()) GTEST_SKIP() << "no sigma/regression-dev.tar.zst in " << TOCSIN_DATA_DIR;
  std::map<std::string, std::string> rule_files;  // id → path
  for (const auto& entry : fs::recursive_directory_iterator(rules)) {
    if (entry.path().extension() != ".yml") continue;
    const auto bytes = read_file(entry.path()).value();
    const std::string_view text = bytes.view();
    const std::size_t id = text.find("\nid: ");
    if (id != std::string_view::npos) rule_files[std::string(text.substr(id + 5, 36))] = entry.path();
  }
  std::size_t total = 0;
  std::size_t matched = 0;
  std::size_t counted = 0;
  for (const auto& entry : fs::recursive_directory_iterator(cases)) {
    if (entry.path().filename() != "info.yml") continue;
    ++total;
    const auto bytes = read_file(entry.path()).value();
    const yaml::Node info = yaml::parse(bytes.view()).value();
    const std::string id = info.find("rule_metadata")->items.at(0).find("id")->text;
    const yaml::Node* stated = info.find("regression_tests_info")->items.at(0).find("match_count");
    Hunter hunter(schema());
    ASSERT_TRUE(hunter.add_rule_files({rule_files.at(id)}));
    EXPECT_EQ(hunter.counts().rules_rejected, 0u) << id;
    const std::size_t found = hunt(hunter, entry.path().parent_path() / (id + ".json")).size();
    if (found > 0) ++matched;
    const std::size_t want = stated == nullptr ? 1 : static_cast<std::size_t>(stated->as_int().value());
    if (found == want || (stated == nullptr && found > 0)) ++counted;
    EXPECT_GT(found, 0u) << entry.path();
    if (stated != nullptr && found != want)
      std::cout << entry.path().parent_path().filename() << ": " << found << " found, " << want << " stated\n";
  }
  std::cout << matched << " of " << total << " matched, " << counted << " with the stated count\n";
  EXPECT_EQ(matched, total);
  EXPECT_GE(counted + 2, total);  // the two whose stated count does not fit their events
}

TEST_F(Corpus, OrdinaryAccessLogsRaiseNothingHigh) {
  const std::string rules = unpacked("sigma/rules.tar.zst");
  const std::string logs = unpacked("logs/access-logs.tar.zst");
  if (rules.empty() || logs.empty()) GTEST_SKIP() << "no logs/access-logs.tar.zst in " << TOCSIN_DATA_DIR;
  Hunter hunter(schema());
  ASSERT_TRUE(hunter.add_rule_files({rules + "/rules", TOCSIN_SOURCE_DIR "/packs/rules"}));
  std::map<std::string, int> levels;
  for (const auto& entry : fs::recursive_directory_iterator(logs)) {
    if (!entry.is_regular_file()) continue;
    for (const record::Match& match : hunt(hunter, entry.path())) {
      ++levels[match.rule.level];
      if (match.rule.level == "high" || match.rule.level == "critical") {
        ADD_FAILURE() << match.rule.title << " at line " << match.source.line << ": " << match.why[0].field << " "
                      << match.why[0].test << " " << match.why[0].value;
      } else {
        std::cout << match.rule.level << " " << match.rule.title << " " << match.source.line << ": "
                  << match.why[0].value << "\n";
      }
    }
  }
  for (const auto& [level, count] : levels) std::cout << count << " × " << level << "\n";
}

/// SigmaHQ's own map of log sources for THOR: every channel and event id that it names is of the same service and
/// category for us.
TEST_F(Corpus, LogSourcesAgreeWithThePublishedMap) {
  const std::string rules = unpacked("sigma/rules.tar.zst");
  if (rules.empty()) GTEST_SKIP() << "no sigma/rules.tar.zst in " << TOCSIN_DATA_DIR;
  const yaml::Node map = yaml::parse(read_file(rules + "/tests/thor.yml").value().view()).value();
  const auto text = [](const yaml::Node* node) { return node == nullptr ? std::string() : node->text; };
  const auto each = [](const yaml::Node* node) {
    if (node == nullptr) return std::vector<yaml::Node>();
    return node->is_sequence() ? node->items : std::vector<yaml::Node>{*node};
  };
  std::map<std::string, std::string> channels;  // service → one of its channels
  std::size_t checked = 0;
  const auto check = [&](const std::string& members, const event::LogSourceQuery& query, const std::string& name) {
    const std::string path = testing::TempDir() + "tocsin-map-" + std::to_string(::getpid());
    std::ofstream(path) << "{" << members << "}";
    auto reader = event::EventReader::open(path, schema()).value();
    const auto batch = reader.next().value();
    EXPECT_TRUE(schema().log_source(batch->events.at(0).log_source).is_covered_by(query)) << name << ": " << members;
    fs::remove(path);
    ++checked;
  };
  const yaml::Node* sources = map.find("logsources");
  for (const yaml::Pair& source : sources->pairs) {
    for (const yaml::Node& channel : each(source.value.find("sources"))) {
      if (!channel.text.starts_with("WinEventLog:")) continue;
      const std::string service = text(source.value.find("service"));
      channels.emplace(service, channel.text.substr(12));
      check("\"EventID\":1,\"Channel\":\"" + channel.text.substr(12) + "\"",
            {.product = "windows", .category = {}, .service = service}, source.key.text);
    }
  }
  for (const yaml::Pair& source : sources->pairs) {
    const yaml::Node* conditions = source.value.find("conditions");
    const yaml::Node* rewrite = source.value.find("rewrite");
    if (conditions == nullptr || rewrite == nullptr) continue;
    for (const yaml::Node& id : each(conditions->find("EventID"))) {
      std::string members =
          "\"EventID\":" + id.text + ",\"Channel\":\"" + channels.at(text(rewrite->find("service"))) + "\"";
      if (const yaml::Node* type = conditions->find("EventType")) members += ",\"EventType\":\"" + type->text + "\"";
      check(members,
            {.product = text(source.value.find("product")),
             .category = text(source.value.find("category")),
             .service = {}},
            source.key.text);
    }
  }
  std::cout << checked << " channels and event ids of tests/thor.yml checked\n";
  EXPECT_GT(checked, 100u);
}

}  // namespace
}  // namespace tocsin::detect
