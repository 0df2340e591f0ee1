#include "detect/hunt.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "detect/test_events.h"

namespace tocsin::detect {
namespace {

constexpr std::string_view kSecond =
    "title: B\nid: 929a690e-bef0-4204-a928-ef5e620d6fcc\nlevel: low\ntags: [attack.t1059]\nlogsource: {product: "
    "windows, category: process_creation}\n"
    "detection:\n  s: {Image|endswith: x.exe}\n  condition: s\n";
constexpr std::string_view kFirst =
    "title: A\nid: 08fbc97d-0a2f-491c-ae21-8ffcfd3174e9\nlogsource: {product: windows, service: sysmon}\n"
    "detection:\n  s: {EventID: 1}\n  condition: s\n";
constexpr std::string_view kEvent =
    R"({"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":"ws1","UtcTime":"2024-01-02 03:04:05.678","Image":"C:\\x.exe"})";

TEST(Hunter, GivesWholeRecords) {
  Hunter hunter(test_schema());
  hunter.add_rules(kSecond, "b.yml");
  const auto matches = hunt_text(hunter, "\n" + std::string(kEvent) + "\n");
  ASSERT_EQ(matches.size(), 1u);
  const record::Match& match = matches[0];
  EXPECT_EQ(match.engine, record::Engine::sigma);
  EXPECT_EQ(match.rule, (record::RuleRef{"929a690e-bef0-4204-a928-ef5e620d6fcc", "B", "low", {"attack.t1059"}}));
  EXPECT_EQ(match.time, "2024-01-02T03:04:05.678Z");
  EXPECT_EQ(match.host, "ws1");
  EXPECT_EQ(match.source.line, 2u);
  EXPECT_EQ(match.source.offset, 1u);
  EXPECT_EQ(match.why, (std::vector<record::Why>{{"Image", "endswith", "x.exe"}}));
  EXPECT_EQ(hunter.counts().events, 1u);
  EXPECT_EQ(hunter.counts().matches, 1u);
}

TEST(Hunter, AWebMatchSaysWhatWasAnswered) {
  using Fields = std::vector<std::pair<std::string, std::string>>;
  const std::string head = "title: W\nlogsource: {category: webserver}\ndetection:\n  s: {";
  const std::string_view event =
      "192.0.2.1 - - [10/Oct/2023:13:55:36 +0000] \"GET /shell.php HTTP/1.1\" 404 1 \"-\" \"curl\"\n";
  Hunter hunter(test_schema());
  hunter.add_rules(head + "cs-uri-stem|endswith: shell.php}\n  condition: s\n", "a.yml");
  auto matches = hunt_text(hunter, event);
  ASSERT_EQ(matches.size(), 1u);
  EXPECT_EQ(matches[0].fields, (Fields{{"cs-uri-stem", "/shell.php"}, {"sc-status", "404"}}));
  Hunter looks(test_schema());
  looks.add_rules(head + "sc-status: 404}\n  condition: s\n", "b.yml");
  matches = hunt_text(looks, event);
  ASSERT_EQ(matches.size(), 1u);
  EXPECT_EQ(matches[0].fields, (Fields{{"sc-status", "404"}}));
}

TEST(Hunter, OrderOfRulesAndFurtherRulesChangeNothing) {
  Hunter forward(test_schema());
  forward.add_rules(kFirst, "a.yml");
  forward.add_rules(kSecond, "b.yml");
  Hunter backward(test_schema());
  backward.add_rules(kSecond, "b.yml");
  backward.add_rules(kFirst, "a.yml");
  const std::string events = std::string(kEvent) + "\n" + std::string(kEvent) + "\n";
  const auto matches = hunt_text(forward, events);
  auto other = hunt_text(backward, events);
  EXPECT_EQ(matches, other);
  ASSERT_EQ(matches.size(), 4u);
  EXPECT_EQ(matches[0].rule.title, "A");
  EXPECT_EQ(matches[1].rule.title, "B");
  EXPECT_EQ(matches[2].source.line, 2u);
  Hunter alone(test_schema());
  alone.add_rules(kSecond, "b.yml");
  for (const record::Match& match : hunt_text(alone, events)) {
    EXPECT_NE(std::ranges::find(matches, match), matches.end());
  }
}

TEST(Hunter, RulesFireOnTheirLogSourceAlone) {
  const std::string_view elsewhere = R"({"EventID":1,"Channel":"System","Image":"C:\\x.exe"})";
  Hunter hunter(test_schema());
  hunter.add_rules(kSecond, "b.yml");
  EXPECT_TRUE(hunt_text(hunter, elsewhere).empty());
  EXPECT_TRUE(hunt_text(hunter, R"({"Image":"C:\\x.exe"})").empty());
  Hunter any(test_schema(), {.any_log_source = true});
  any.add_rules(kSecond, "b.yml");
  EXPECT_EQ(hunt_text(any, elsewhere).size(), 1u);
}

TEST(Hunter, TextThatCannotBeReadTakesTheFilesProduct) {
  Hunter hunter(test_schema());
  hunter.add_rules("title: K\nlogsource: {product: windows}\ndetection:\n  k: [mimikatz]\n  condition: k\n", "k.yml");
  hunter.add_rules("title: W\nlogsource: {category: webserver}\ndetection:\n  k: [mimikatz]\n  condition: k\n",
                   "w.yml");
  const auto windows = hunt_text(hunter, std::string(kEvent) + "\n{\"cut\":\"mimikatz\n");
  ASSERT_EQ(windows.size(), 1u);
  EXPECT_EQ(windows[0].rule.title, "K");
  const auto web = hunt_text(hunter, "192.0.2.1 - - [10/Oct/2023:13:55:36 +0000] \"GET / HTTP/1.1\" 200 1\nmimikatz\n");
  ASSERT_EQ(web.size(), 1u);
  EXPECT_EQ(web[0].rule.title, "W");
  EXPECT_TRUE(hunt_text(hunter, "mimikatz\n").empty()) << "of an unknown log source";
}

TEST(Hunter, TellsWhatItCouldNotUse) {
  Hunter hunter(test_schema());
  hunter.add_rules(
      "title: X\nid: 08fbc97d-0a2f-491c-ae21-8ffcfd3174e9\nlevel: hgih\nlogsource: {product: windows}\ndetection:\n  "
      "s: {A|foo: 1}\n  condition: s\n",
      "x.yml");
  EXPECT_EQ(hunter.counts().rules_rejected, 1u);
  ASSERT_EQ(hunter.rejected().size(), 2u);
  EXPECT_EQ(hunter.rejected()[1], (record::RejectedRule{"x.yml", 6, 9, "08fbc97d-0a2f-491c-ae21-8ffcfd3174e9",
                                                        "unknown modifier 'foo'", ""}));
  hunter.add_rules(kFirst, "a.yml");
  hunter.add_rules(kFirst, "b.yml");
  hunter.add_rules(
      "title: Y\nlogsource: {product: windows, category: proces_creation}\ndetection:\n  s: {A: 1}\n  condition: s\n",
      "y.yml");
  EXPECT_EQ(hunter.counts().rules_loaded, 3u);
  ASSERT_EQ(hunter.warnings().size(), 2u);
  EXPECT_EQ(hunter.warnings()[0].rule, "sigma/repeated-id");
  EXPECT_EQ(hunter.warnings()[1].rule, "sigma/unknown-logsource");
  EXPECT_FALSE(hunter.add_rule_files({TOCSIN_SOURCE_DIR "/no-such-folder"}));
  EXPECT_FALSE(hunter.add_indicator_file(TOCSIN_SOURCE_DIR "/no-such-file"));
}

}  // namespace
}  // namespace tocsin::detect
