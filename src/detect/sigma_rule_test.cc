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
      "action: global\nlevel: high\nlogsource: {product: windows}\ndetection:\n  condition: s\n---\n"
      "title: First\ndetection:\n  s: {A: 1}\n---\n"
      "action: global\nstatus: test\n---\n"
      "title: Second\nlogsource: {service: system}\ndetection:\n  s: {B: 1}\n---\n"
      "action: repeat\ntitle: Third\nlevel: low\ndetection:\n  s: {C: 1}\n---\n"
      "action: reset\n---\n"
      "action: repeat\ntitle: Fourth\n---\n"
      "title: Alone\nlogsource: {product: linux}\ndetection:\n  s: {C: 1}\n  condition: s\n",
      "p");
  ASSERT_TRUE(file.rejected.empty());
  EXPECT_TRUE(file.warnings.empty());
  ASSERT_EQ(file.rules.size(), 5u);
  EXPECT_EQ(file.rules[0].title, "First");
  EXPECT_EQ(file.rules[0].status, "") << "what comes later is not for what stood before";
  EXPECT_EQ(file.rules[1].status, "test") << "a second global adds to the first";
  EXPECT_EQ(file.rules[1].level, "high");
  EXPECT_EQ(file.rules[1].log_source,
            (event::LogSourceQuery{.product = "windows", .category = {}, .service = "system"}));
  EXPECT_EQ(file.rules[2].title, "Third");
  EXPECT_EQ(file.rules[2].level, "low") << "a repeat's own word wins";
  EXPECT_EQ(file.rules[2].log_source, file.rules[1].log_source);
  EXPECT_EQ(file.rules[2].detections[0].detection.children.size(), 2u) << "mappings are merged";
  EXPECT_EQ(file.rules[3].title, "Fourth");
  EXPECT_EQ(file.rules[3].level, "low") << "a reset ends the global alone";
  EXPECT_EQ(file.rules[4].title, "Alone");
  EXPECT_EQ(file.rules[4].level, "");
}

TEST(SigmaRule, AGlobalWinsAndSaysSo) {
  const RuleFile file = parse_sigma(
      "action: global\nlevel: low\n---\n"
      "title: T\nlevel: high\nlogsource: {product: linux}\ndetection:\n  s: {C: 1}\n  condition: s\n---\n"
      "title: C\nlevel: high\ncorrelation: {type: event_count, rules: [a], timespan: 1m, condition: {gte: 2}}\n",
      "p");
  ASSERT_EQ(file.rules.size(), 1u);
  EXPECT_EQ(file.rules[0].level, "low");
  ASSERT_EQ(file.warnings.size(), 1u);
  EXPECT_EQ(file.warnings[0].rule, "sigma/global-overrides");
  EXPECT_EQ(file.warnings[0].where.line, 5u);
  ASSERT_EQ(file.correlations.size(), 1u);
  EXPECT_EQ(file.correlations[0].level, "high") << "a global is for rules";
}

TEST(SigmaCorrelation, ReadsWhatItSays) {
  const RuleFile file = parse_sigma(
      "title: C\nid: 929a690e-bef0-4204-a928-ef5e620d6fcc\ntags: [attack.t1110]\nlevel: high\ngenerate: true\n"
      "correlation:\n  type: value_percentile\n  rules: one\n  group-by: User\n  timespan: 2M\n"
      "  aliases: {who: {one: Name, two: User}}\n  condition: {gt: 1.5, lte: 200, field: Size, percentile: 99.9}\n---\n"
      "title: D\ncorrelation: {type: Temporal, timespan: 90m, condition: a and (b or not c) and a}\n---\n"
      "title: E\ncorrelation: {type: temporal_ordered, rules: [a, b], timespan: 1w}\n",
      "p");
  ASSERT_EQ(file.correlations.size(), 3u);
  const SigmaCorrelation& c = file.correlations[0];
  EXPECT_EQ(c.type, CorrelationType::value_percentile);
  EXPECT_EQ(c.tags, std::vector<std::string>{"attack.t1110"});
  EXPECT_TRUE(c.generate);
  EXPECT_EQ(c.group_by, std::vector<std::string>{"User"});
  EXPECT_EQ(c.timespan, std::chrono::seconds(5'259'492));
  EXPECT_EQ(c.percentile, 99'900u);
  EXPECT_EQ(c.condition_text, "gt 1.5 and lte 200");
  ASSERT_EQ(c.bounds.size(), 2u);
  EXPECT_TRUE(c.bounds[0].holds_for(Fixed{2} << kFixedBits));
  EXPECT_FALSE(c.bounds[0].holds_for(Fixed{3} << (kFixedBits - 1)));
  ASSERT_EQ(c.aliases.size(), 1u);
  EXPECT_EQ(c.aliases[0].of[1].rule.text, "two");
  EXPECT_EQ(c.aliases[0].of[1].field, "User");
  const SigmaCorrelation& d = file.correlations[1];
  ASSERT_EQ(d.rules.size(), 3u) << "the condition names the rules";
  EXPECT_EQ(d.rules[1].text, "b");
  EXPECT_TRUE(d.expression);
  EXPECT_EQ(file.correlations[2].bounds[0].value, Fixed{2} << kFixedBits) << "without a condition: every rule";
}

TEST(SigmaCorrelation, NumbersAndTimespans) {
  EXPECT_EQ(parse_timespan("90m"), std::chrono::seconds(5400));
  EXPECT_EQ(parse_timespan("1y"), std::chrono::seconds(31'556'952));
  for (const char* bad : {"", "m", "0s", "5", "5x", "-1s", "1.5h", "5S", "1001y", "99999999999s"})
    EXPECT_FALSE(parse_timespan(bad)) << bad;
  EXPECT_EQ(print_fixed(*parse_fixed("0.1")), "0.1");
  EXPECT_EQ(print_fixed(*parse_fixed("-12.5")), "-12.5");
  EXPECT_EQ(print_fixed(*parse_fixed("1000000000000000000")), "1000000000000000000");
  EXPECT_FALSE(parse_fixed("1000000000000000001"));
  EXPECT_FALSE(parse_fixed("1e300"));
  EXPECT_FALSE(parse_fixed("x"));
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
