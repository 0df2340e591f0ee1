// Every rule of packs/rules fires on its events and not on their neighbours (tests/golden/detect/rules).

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/bytes.h"
#include "detect/test_events.h"

namespace tocsin::detect {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> starter_rules() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(TOCSIN_SOURCE_DIR "/packs/rules")) {
    if (entry.path().extension() == ".yml") out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

class StarterRule : public testing::TestWithParam<fs::path> {};

TEST_P(StarterRule, FiresOnItsEventsAlone) {
  Hunter hunter(test_schema());
  ASSERT_TRUE(hunter.add_rule_files({GetParam().string()}));
  for (const record::RejectedRule& rejected : hunter.rejected())
    ADD_FAILURE() << rejected.line << ": " << rejected.error;
  for (const Diagnostic& warning : hunter.warnings()) ADD_FAILURE() << warning.where.line << ": " << warning.message;
  ASSERT_EQ(hunter.counts().rules_loaded, 1u);
  const std::string stem = std::string(TOCSIN_SOURCE_DIR "/tests/golden/detect/rules/") + GetParam().stem().string();
  const auto lines_that_match = [&](const std::string& path, std::size_t& lines) {
    const auto bytes = read_file(path);
    EXPECT_TRUE(bytes) << "every rule needs events: " << path;
    std::set<std::uint64_t> out;
    if (!bytes) return out;
    lines = static_cast<std::size_t>(std::ranges::count(bytes->view(), '\n'));
    for (const record::Match& match : hunt_text(hunter, bytes->view())) {
      EXPECT_FALSE(match.why.empty());
      out.insert(match.source.line);
    }
    return out;
  };
  std::size_t lines = 0;
  EXPECT_EQ(lines_that_match(stem + ".match", lines).size(), lines) << "each line must match";
  EXPECT_GT(lines, 0u);
  EXPECT_TRUE(lines_that_match(stem + ".other", lines).empty()) << "no line may match";
  EXPECT_GT(lines, 0u);
}

INSTANTIATE_TEST_SUITE_P(All, StarterRule, testing::ValuesIn(starter_rules()),
                         [](const auto& parameter) { return parameter.param.stem().string(); });

TEST(StarterRules, HaveIdsOfTheirOwn) {
  Hunter hunter(test_schema());
  ASSERT_TRUE(hunter.add_rule_files({TOCSIN_SOURCE_DIR "/packs/rules"}));
  EXPECT_EQ(hunter.counts().rules_loaded, starter_rules().size());
  EXPECT_TRUE(hunter.warnings().empty());
}

}  // namespace
}  // namespace tocsin::detect
