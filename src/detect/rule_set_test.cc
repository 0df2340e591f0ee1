// Placeholders and filters: what rules become before they meet events.

#include "detect/rule_set.h"

#include <gtest/gtest.h>

#include "detect/sigma_placeholders.h"
#include "detect/test_events.h"

namespace tocsin::detect {
namespace {

constexpr std::string_view kId = "929a690e-bef0-4204-a928-ef5e620d6fcc";

std::string rule(const std::string& head, const std::string& detection) {
  return "title: T\n" + head + "\ndetection:\n" + detection + "\n";
}

/// The lines of `log` that match.
std::vector<std::uint64_t> lines(Hunter& hunter, std::string_view log) {
  for (const record::RejectedRule& rejected : hunter.rejected()) ADD_FAILURE() << rejected.error;
  std::vector<std::uint64_t> out;
  for (const record::Match& match : hunt_text(hunter, log)) out.push_back(match.source.line);
  return out;
}

std::string process(const std::string& user, const std::string& image = "C:\\\\\\\\a.exe") {
  return R"({"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"User":")" + user + R"(","Image":")" + image +
         "\"}\n";
}

TEST(Placeholders, StandForTheirValues) {
  Placeholders placeholders;
  ASSERT_TRUE(placeholders.add("Admins: [adm_*, root]\nOne: 5\n", "a.yml"));
  ASSERT_TRUE(placeholders.add("name: p\npriority: 1\nvars:\n  Hosts: [h1, h2]\n", "pipeline.yml"));
  ASSERT_NE(placeholders.find("Admins"), nullptr);
  EXPECT_EQ(*placeholders.find("One"), std::vector<std::string>{"5"});
  EXPECT_EQ(placeholders.find("name"), nullptr) << "of a pipeline only its vars";
  const auto expand = [&](std::string_view text) { return expand_placeholders(text, placeholders, 100); };
  EXPECT_EQ(expand("%Hosts%\\%Admins%").values, (std::vector<std::string>{"h1\\%Admins%", "h2\\%Admins%"}))
      << "a backslash takes the sign its meaning";
  EXPECT_EQ(expand("%Hosts%-%Admins%").values,
            (std::vector<std::string>{"h1-adm_*", "h1-root", "h2-adm_*", "h2-root"}));
  EXPECT_EQ(expand("100%, 5 % of %One%").values, std::vector<std::string>{"100%, 5 % of 5"});
  EXPECT_EQ(expand("%Hosts%%Nobody%").unknown, "Nobody");
  EXPECT_TRUE(expand_placeholders("%Hosts%%Hosts%%Hosts%", placeholders, 7).too_many);
}

TEST(Placeholders, BadFilesSayWhere) {
  const auto line_of = [](std::string_view text) {
    Placeholders placeholders;
    const Status status = placeholders.add(text, "p.yml");
    return status ? 0u : status.error().where.line;
  };
  EXPECT_EQ(line_of("a: 1\nb: []\n"), 2u);
  EXPECT_EQ(line_of("a: 1\nb: {c: d}\n"), 2u);
  EXPECT_EQ(line_of("a: 1\nb: [1, ~]\n"), 2u);
  EXPECT_EQ(line_of("- a\n"), 1u);
  EXPECT_EQ(line_of("vars: {a: 1}\n"), 0u);
}

TEST(Placeholders, ArePartOfTheTests) {
  const std::string text = rule("logsource: {category: process_creation, product: windows}",
                                "  s: {User|expand: '%Admins%'}\n  e: {Image|endswith|expand: '\\%Tools%.exe'}\n"
                                "  condition: s");
  Placeholders placeholders;
  ASSERT_TRUE(placeholders.add("Admins: [adm_*, root]\nTools: x\n", "p.yml"));
  Hunter hunter(test_schema());
  hunter.set_placeholders(placeholders);
  hunter.add_rules(text, "r.yml");
  EXPECT_EQ(lines(hunter, process("adm_jane") + process("jane") + process("ROOT")), (std::vector<std::uint64_t>{1, 3}));

  Hunter without(test_schema());
  without.add_rules(text, "r.yml");
  ASSERT_EQ(without.rejected().size(), 1u);
  EXPECT_EQ(without.rejected()[0].error, "'expand' has no values for the placeholder '%Admins%'");
  EXPECT_EQ(without.rejected()[0].line, 4u);
}

class Filters : public testing::Test {
 protected:
  Filters() {
    hunter.add_rules(
        rule("id: " + std::string(kId) + "\nname: everyone\nlogsource: {category: process_creation, product: windows}",
             "  selection: {Image|endswith: .exe}\n  sel_2: {Image|startswith: C}\n  condition: all of them"),
        "r.yml");
  }
  void add(const std::string& rules, const std::string& filter, const std::string& source = "product: windows") {
    hunter.add_rules("title: F\nlogsource: {" + source + "}\nfilter:\n  rules: " + rules + "\n" + filter, "f.yml");
  }
  Hunter hunter{test_schema()};
  const std::string log = process("adm_jane") + process("jane") + process("svc_backup");
};

TEST_F(Filters, AreConditionsMore) {
  add("[" + std::string(kId) + "]", "  selection: {User|startswith: adm_}\n  condition: not selection\n");
  EXPECT_EQ(lines(hunter, log), (std::vector<std::uint64_t>{2, 3})) << "its 'selection' is not the rule's";
}

TEST_F(Filters, Stack) {
  add("everyone", "  selection: {User|startswith: adm_}\n  condition: not selection\n");
  add("any", "  selection: {User|startswith: svc_}\n  condition: not 1 of them\n");
  EXPECT_EQ(lines(hunter, log), std::vector<std::uint64_t>{2});
}

TEST_F(Filters, MayComeLate) {
  EXPECT_EQ(lines(hunter, log).size(), 3u);
  add("Any", "  selection: {User|startswith: adm_}\n  condition: not selection\n");
  EXPECT_EQ(lines(hunter, log).size(), 2u);
  add("any", "  selection: {User|startswith: svc_}\n  condition: not selection\n");
  EXPECT_EQ(lines(hunter, log).size(), 1u) << "linking again starts from the rules as written";
}

TEST_F(Filters, AreForTheirLogSourceAlone) {
  add("any", "  selection: {User|startswith: adm_}\n  condition: not selection\n", "product: linux");
  add("any", "  selection: {User|startswith: adm_}\n  condition: not selection\n",
      "product: windows, service: security");
  EXPECT_EQ(lines(hunter, log).size(), 3u);
  ASSERT_EQ(hunter.warnings().size(), 2u);
  EXPECT_EQ(hunter.warnings()[0].rule, "sigma/filter-logsource");
  EXPECT_EQ(hunter.warnings()[0].where.source, "f.yml");
}

TEST_F(Filters, SayWhenTheirRuleIsNotHere) {
  add("[no-such-rule, everyone]", "  selection: {User: x}\n  condition: not selection\n");
  EXPECT_EQ(lines(hunter, log).size(), 3u);
  ASSERT_EQ(hunter.warnings().size(), 1u);
  EXPECT_EQ(hunter.warnings()[0].rule, "sigma/filter-without-rules");
}

}  // namespace
}  // namespace tocsin::detect
