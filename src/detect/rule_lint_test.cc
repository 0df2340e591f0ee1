// Lints: each has a case in tests/golden/detect/lints.in, and rules that are in order have none.

#include "detect/rule_lint.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/bytes.h"
#include "detect/test_events.h"

namespace tocsin::detect {
namespace {

RuleLinter linter() { return RuleLinter::load(TOCSIN_SOURCE_DIR "/packs", test_schema()).value(); }

/// A rule in order, changed by the lines of a case.
std::string rule(const std::vector<std::string>& changes) {
  std::vector<std::pair<std::string, std::string>> head = {
      {"title", "In order"},
      {"id", "929a690e-bef0-4204-a928-ef5e620d6fcc"},
      {"description", "A rule without any oddity."},
      {"status", "test"},
      {"level", "low"},
      {"logsource", "{product: windows, category: process_creation}"}};
  std::string item = "CommandLine|contains: abc";
  std::string condition = "s";
  std::string more;
  std::string second;
  for (const std::string& change : changes) {
    if (change.starts_with("-")) {
      std::erase_if(head, [&](const auto& pair) { return pair.first == change.substr(1); });
    } else if (change.starts_with("@item ")) {
      item = change.substr(6);
    } else if (change.starts_with("@condition ")) {
      condition = change.substr(11);
    } else if (change.starts_with("@second ")) {
      second = change.substr(8);
    } else {
      more += change + "\n";
    }
  }
  const auto print = [&] {
    std::string out = more;
    for (const auto& [key, value] : head) out += fmt::format("{}: {}\n", key, value);
    return out + fmt::format("detection:\n  s:\n    {}\n  condition: {}\n", item, condition);
  };
  std::string out = print();
  if (second.empty()) return out;
  for (auto& [key, value] : head) {
    if (second.starts_with(key + ": ")) value = second.substr(key.size() + 2);
  }
  return out + "---\n" + print();
}

struct Case {
  std::string id;
  std::string message;
  std::vector<std::string> changes;
};

std::vector<Case> load_cases() {
  std::vector<Case> cases;
  const auto file = read_file(TOCSIN_SOURCE_DIR "/tests/golden/detect/lints.in");
  EXPECT_TRUE(file);
  if (!file) return cases;
  std::string_view text = file->view();
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with("# ")) {
      const std::size_t space = std::min(line.find(' ', 2), line.size());
      cases.push_back(
          {std::string(line.substr(2, space - 2)), std::string(line.substr(std::min(space + 1, line.size()))), {}});
    } else if (!cases.empty()) {
      cases.back().changes.emplace_back(line);
    }
  }
  return cases;
}

TEST(RuleLint, ARuleInOrderHasNone) {
  for (const Diagnostic& problem : linter().check(rule({}), "r.yml", {})) ADD_FAILURE() << problem.message;
  const std::vector<std::string> fine = {
      "tags: [attack.execution, attack.t1059.001, attack.g0045, attack.s0002, cve.2021-44228, "
      "tlp.amber, detection.emerging-threats, attack.t1685, car.2016-04-005]",
      "date: 2021-03-01", "modified: 2021-03-01",
      "related: [{id: 929a690e-bef0-4204-a928-ef5e620d6fcd, type: derived}]"};
  for (const Diagnostic& problem : linter().check(rule(fine), "r.yml", {})) ADD_FAILURE() << problem.message;
  for (const char* item :
       {"CommandLine|contains: 'a*b'", "CommandLine: '*'", "CommandLine: ['*a', 'b*']", "CommandLine|re: '.*a.*'",
        "EventID: 1", "EventID: ['1', abc]", "LogonId: '0'", "CommandLine|contains: '\\*a'",
        "CommandLine|base64offset|contains: abcdef", "CommandLine|contains|cased: [a, A]"}) {
    for (const Diagnostic& problem : linter().check(rule({std::string("@item ") + item}), "r.yml", {}))
      ADD_FAILURE() << item << ": " << problem.message;
  }
}

TEST(RuleLint, EveryCaseHasItsLintAndNoOther) {
  for (const Case& one : load_cases()) {
    const std::string text = rule(one.changes);
    const std::vector<Diagnostic> problems = linter().check(text, "r.yml", {});
    std::string shown;
    for (const Diagnostic& problem : problems) shown += print_diagnostic(problem, text);
    ASSERT_EQ(problems.size(), 1u) << one.id << " " << one.message << "\n" << shown;
    EXPECT_EQ(problems[0].rule, one.id) << shown;
    EXPECT_EQ(problems[0].severity, Severity::warning);
    EXPECT_NE(problems[0].message.find(one.message), std::string::npos) << one.message << "\n" << shown;
    EXPECT_GT(problems[0].where.line, 0u);
  }
}

TEST(RuleLint, EveryLintHasACase) {
  std::set<std::string> covered;
  for (const Case& one : load_cases()) covered.insert(one.id.substr(5));
  const auto source = read_file(TOCSIN_SOURCE_DIR "/src/detect/rule_lint.cc").value();
  // The ids as they stand behind the place in warn(), and in warn_of_repeats().
  for (const std::string& id : covered) {
    const bool is_composed = id.starts_with("no-") || id == "duplicate-id" || id == "duplicate-title";
    EXPECT_TRUE(is_composed || source.view().find("\"" + id + "\"") != std::string_view::npos) << id;
  }
  for (const std::string_view call : {"begin, \"", "references\", \"", "tags\", \""}) {
    std::size_t at = source.view().find(call);
    for (; at != std::string_view::npos; at = source.view().find(call, at + 1)) {
      const std::size_t begin = at + call.size();
      const std::string id(source.view().substr(begin, source.view().find('"', begin) - begin));
      EXPECT_TRUE(id == "no-" || covered.contains(id)) << "no case for " << id;
    }
  }
}

TEST(RuleLint, SeesFilesTogether) {
  RuleLinter lint = linter();
  EXPECT_TRUE(lint.check(rule({}), "a.yml", {}).empty());
  const std::vector<Diagnostic> again = lint.check(rule({}), "b.yml", {});
  ASSERT_EQ(again.size(), 2u);
  EXPECT_EQ(again[0].message, "the id '929a690e-bef0-4204-a928-ef5e620d6fcc' is also that of a.yml:1");
  const std::string correlation =
      "title: C\nid: 929a690e-bef0-4204-a928-ef5e620d6fce\ndescription: d\nstatus: test\nlevel: low\ncorrelation: "
      "{{type: "
      "event_count, rules: [{}], timespan: 1m, condition: {{gte: 2}}}}\n";
  EXPECT_TRUE(
      lint.check(fmt::format(fmt::runtime(correlation), "929A690E-bef0-4204-a928-ef5e620d6fcc"), "c.yml", {}).empty());
  EXPECT_TRUE(lint.finish().empty());
  RuleLinter alone = linter();
  alone.check(fmt::format(fmt::runtime(correlation), "nobody"), "c.yml", {});
  const std::vector<Diagnostic> lost = alone.finish();
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].rule, "sigma/unknown-rule");
  EXPECT_EQ(lost[0].severity, Severity::warning) << "its rule may stand in another file";
}

/// What the rules of this project are not allowed to be.
TEST(RuleLint, FindsNothingInTheStarterRules) {
  RuleLinter lint = linter();
  for (const auto& entry : std::filesystem::directory_iterator(TOCSIN_SOURCE_DIR "/packs/rules")) {
    if (entry.path().extension() != ".yml") continue;
    const auto bytes = read_file(entry.path()).value();
    for (const Diagnostic& problem : lint.check(bytes.view(), entry.path(), {}))
      ADD_FAILURE() << print_diagnostic(problem, bytes.view());
  }
  EXPECT_TRUE(lint.finish().empty());
}

}  // namespace
}  // namespace tocsin::detect
