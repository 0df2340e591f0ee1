#include "detect/sigma_rule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/bytes.h"
#include "detect/sigma_condition.h"

namespace tocsin::detect {
namespace {

namespace fs = std::filesystem;

/// Every problem of a file as people see it, rules that were taken by title.
std::string shown(std::string_view text) {
  const RuleFile file = parse_sigma(text, "rule.yml");
  std::string out;
  for (const SigmaRule& rule : file.rules) out += "taken: " + rule.title + "\n";
  for (const Diagnostic& warning : file.warnings) out += print_diagnostic(warning, text) + "\n";
  for (const RuleFile::Rejected& rejected : file.rejected) {
    out += "rejected: " + rejected.rule + "\n";
    for (const Diagnostic& problem : rejected.problems) out += print_diagnostic(problem, text) + "\n";
  }
  return out;
}

std::vector<fs::path> goldens() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(TOCSIN_SOURCE_DIR "/tests/golden/detect/rejected")) {
    if (entry.path().extension() == ".in") out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

class Rejected : public testing::TestWithParam<fs::path> {};

TEST_P(Rejected, SaysWhereAndWhy) {
  const std::string printed = shown(read_file(GetParam().string())->view());
  fs::path golden = GetParam();
  golden.replace_extension(".out");
  if (std::getenv("TOCSIN_UPDATE_GOLDENS") != nullptr) {
    ASSERT_EQ(std::getenv("CI"), nullptr) << "goldens are not updated where they are judged";
    ASSERT_TRUE(write_file_atomically(golden.string(), printed));
  }
  const auto expected = read_file(golden.string());
  ASSERT_TRUE(expected) << print_error(expected.error()) << "; run once with TOCSIN_UPDATE_GOLDENS=1";
  EXPECT_EQ(printed, expected->view());
}

INSTANTIATE_TEST_SUITE_P(Golden, Rejected, testing::ValuesIn(goldens()),
                         [](const auto& parameter) { return parameter.param.stem().string(); });

TEST(SigmaRule, ReadsItsHead) {
  const RuleFile file = parse_sigma(
      "title: T\nid: 929a690e-bef0-4204-a928-ef5e620d6fcc\nname: n\nstatus: test\nlevel: high\ntags: [attack.t1190]\n"
      "fields: [A, B]\nmy-own-key: {x: 1}\nlogsource: {product: Windows, service: sysmon, definition: d}\n"
      "detection:\n  s: {A: 1}\n  condition: s\n",
      "p.yml");
  ASSERT_EQ(file.rules.size(), 1u);
  const SigmaRule& rule = file.rules[0];
  EXPECT_EQ(rule.title, "T");
  EXPECT_EQ(rule.id, "929a690e-bef0-4204-a928-ef5e620d6fcc");
  EXPECT_EQ(rule.name, "n");
  EXPECT_EQ(rule.level, "high");
  EXPECT_EQ(rule.tags, std::vector<std::string>{"attack.t1190"});
  EXPECT_EQ(rule.fields, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(rule.log_source, (event::LogSourceQuery{.product = "windows", .category = {}, .service = "sysmon"}));
  EXPECT_EQ(rule.path, "p.yml");
  EXPECT_TRUE(file.warnings.empty()) << "keys of one's own are allowed";
}

TEST(SigmaRule, WarnsOfSlips) {
  const RuleFile file = parse_sigma(
      "title: T\nlevle: high\nlogsource: {product: windows, categry: x}\ndetection:\n  s: {A: 1}\n  u: {B|all: x}\n  "
      "condition: s\n",
      "p");
  ASSERT_EQ(file.rules.size(), 1u);
  std::vector<std::string> kinds;
  for (const Diagnostic& warning : file.warnings) kinds.push_back(warning.rule);
  EXPECT_EQ(kinds, (std::vector<std::string>{"sigma/near-miss-key", "sigma/near-miss-key", "sigma/all-with-one-value",
                                             "sigma/unused-detection"}));
}

TEST(SigmaRule, DocumentsBuildOnOneAnother) {
  const RuleFile file = parse_sigma(
      "action: global\ntitle: G\nlogsource: {product: windows}\ndetection:\n  condition: s\n---\n"
      "detection:\n  s: {A: 1}\n---\n"
      "title: Second\nlogsource: {service: system}\ndetection:\n  s: {B: 1}\n---\n"
      "action: repeat\nlevel: low\n---\n"
      "action: reset\n---\n"
      "title: Alone\nlogsource: {product: linux}\ndetection:\n  s: {C: 1}\n  condition: s\n",
      "p");
  ASSERT_TRUE(file.rejected.empty());
  ASSERT_EQ(file.rules.size(), 4u);
  EXPECT_EQ(file.rules[0].title, "G");
  EXPECT_EQ(file.rules[1].title, "Second");
  EXPECT_EQ(file.rules[1].log_source,
            (event::LogSourceQuery{.product = "windows", .category = {}, .service = "system"}));
  EXPECT_EQ(file.rules[2].title, "Second");
  EXPECT_EQ(file.rules[2].level, "low");
  EXPECT_EQ(file.rules[3].title, "Alone");
  EXPECT_EQ(file.rules[3].log_source.product, "linux");
}

TEST(MatchName, StarsStandAnywhere) {
  EXPECT_TRUE(match_name("a*", "a"));
  EXPECT_TRUE(match_name("*", ""));
  EXPECT_TRUE(match_name("a*c*e", "abcde"));
  EXPECT_FALSE(match_name("a*c*e", "abcd"));
  EXPECT_FALSE(match_name("ab*ba", "aba"));
  EXPECT_TRUE(match_name("*_b*", "a_b"));
  EXPECT_FALSE(match_name("b", "ab"));
}

}  // namespace
}  // namespace tocsin::detect
