#include "detect/rule_explanation.h"

#include <gtest/gtest.h>

#include "detect/test_events.h"

namespace tocsin::detect {
namespace {

constexpr std::string_view kRule = R"(title: Shell
id: 11111111-1111-4111-8111-111111111111
logsource: {product: windows, category: process_creation}
detection:
  selection:
    Image|endswith: ['\cmd.exe', '\sh.exe']
    CommandLine|contains|all: [' /c ', whoami]
  filter_admin:
    User: admin
  filter_parent:
    - ParentImage|endswith: '\agent.exe'
    - ParentImage: null
  condition: selection and not (filter_admin or 1 of filter_*)
)";

RuleExplanation explain(std::string_view rule_text, std::string_view log) {
  RuleFile file = parse_sigma(rule_text, "rule.yml");
  EXPECT_TRUE(file.rejected.empty());
  bind_rule(file.rules.at(0), test_schema());
  const auto batches = read_events(log);
  EventText text(batches.at(0).events.at(0));
  return explain_verdict(file.rules.at(0), text, test_schema());
}

TEST(RuleExplanation, SaysItemByItemWhatHolds) {
  const RuleExplanation out =
      explain(kRule, R"({"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":"C:\\Windows\\cmd.exe",)"
                     R"("CommandLine":"cmd.exe /c dir","ParentImage":"C:\\agent.exe"})"
                     "\n");
  EXPECT_TRUE(out.log_source_fits);
  EXPECT_FALSE(out.holds);
  ASSERT_EQ(out.detections.size(), 3U);
  EXPECT_FALSE(out.detections[0].holds);
  ASSERT_EQ(out.detections[0].steps.size(), 3U);
  EXPECT_EQ(out.detections[0].steps[0].kind, Detection::Kind::all_of);

  const ExplainedStep& image = out.detections[0].steps[1];
  EXPECT_TRUE(image.holds);
  EXPECT_EQ(image.test, "endswith");
  EXPECT_EQ(image.passing, std::vector<std::string>{"\\cmd.exe"});
  EXPECT_EQ(image.found, std::vector<std::string>{"C:\\Windows\\cmd.exe"});

  const ExplainedStep& line = out.detections[0].steps[2];
  EXPECT_FALSE(line.holds);
  EXPECT_TRUE(line.all);
  EXPECT_EQ(line.passing, std::vector<std::string>{" /c "}) << "the one that is missing is not here";

  EXPECT_FALSE(out.detections[1].steps[0].is_there);
  EXPECT_TRUE(out.detections[2].holds);
  EXPECT_EQ(out.detections[2].steps[0].kind, Detection::Kind::any_of);
  ASSERT_EQ(out.conditions.size(), 1U);
  EXPECT_FALSE(out.conditions[0].holds);
  EXPECT_EQ(out.conditions[0].text, "selection and not (filter_admin or 1 of (filter_admin, filter_parent))");
}

TEST(RuleExplanation, SaysThatTheLogSourceIsAnother) {
  const RuleExplanation out = explain(
      kRule,
      R"({"EventID":4624,"Channel":"Security","Image":"C:\\cmd.exe","CommandLine":"cmd.exe /c whoami","ParentImage":"x"})"
      "\n");
  EXPECT_FALSE(out.log_source_fits);
  EXPECT_TRUE(out.holds);
  EXPECT_EQ(out.given.services, std::vector<std::string>{"security"});
}

TEST(RuleExplanation, PrintsConditionsWithTheBracketsTheyNeed) {
  const auto printed = [](std::string condition) {
    const RuleFile file = parse_sigma(
        "title: t\nlogsource: {product: windows}\ndetection:\n  a: {x: 1}\n  b: {x: 2}\n"
        "  c: {x: 3}\n  condition: " +
            condition + "\n",
        "rule.yml");
    EXPECT_TRUE(file.rejected.empty()) << condition;
    return print_condition(file.rules.at(0).conditions.at(0), file.rules.at(0).detections);
  };
  for (const auto* condition :
       {"a and b or c", "a and (b or c)", "not a and not (b and c)", "not (a or b) and c", "a or b or c"})
    EXPECT_EQ(printed(condition), condition);
  EXPECT_EQ(printed("all of them"), "all of (a, b, c)");
}

}  // namespace
}  // namespace tocsin::detect
