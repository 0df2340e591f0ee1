// Every problem that a Sigma rule can have, each with a negative case of its own in tests/golden/detect/problems.in.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/bytes.h"
#include "detect/sigma_rule.h"

namespace tocsin::detect {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHead = "title: T\nlogsource: {product: windows}\n";
constexpr std::string_view kDetection = "detection: {s: {A: 1}, condition: s}\n";

struct Case {
  int line = 0;  ///< in problems.in
  std::string id;
  std::string message;  ///< a part of it
  std::string text;
};

/// The short forms that the head of problems.in explains.
std::string expand(std::string_view line) {
  const auto after = [&](std::string_view word) { return line.substr(word.size()); };
  if (line == "@head") return std::string(kHead);
  if (line == "@ok") return std::string(kDetection);
  if (line.starts_with("@item "))
    return fmt::format("{}detection:\n  s:\n    {}\n  condition: s\n", kHead, after("@item "));
  if (line.starts_with("@condition "))
    return fmt::format("{}detection:\n  _s: {{A: 1}}\n  _t: {{B: 1}}\n  condition: {}\n", kHead, after("@condition "));
  if (line.starts_with("@filter ")) return fmt::format("{}filter: {{{}}}\n", kHead, after("@filter "));
  if (line.starts_with("@correlation ")) return fmt::format("title: T\ncorrelation: {{{}}}\n", after("@correlation "));
  return std::string(line) + "\n";
}

std::vector<Case> load_cases() {
  std::vector<Case> cases;
  const auto file = read_file(TOCSIN_SOURCE_DIR "/tests/golden/detect/problems.in");
  EXPECT_TRUE(file);
  if (!file) return cases;
  std::string_view text = file->view();
  for (int number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with("# ")) {
      line.remove_prefix(2);
      const std::size_t space = std::min(line.find(' '), line.size());
      cases.push_back(
          {number, std::string(line.substr(0, space)), std::string(line.substr(std::min(space + 1, line.size()))), ""});
    } else if (!cases.empty()) {
      cases.back().text += expand(line);
    }
  }
  return cases;
}

TEST(SigmaProblem, EveryCaseHasItsProblemAndNoOther) {
  for (const Case& one : load_cases()) {
    const RuleFile file = parse_sigma(one.text, "rule.yml");
    std::vector<Diagnostic> problems = file.warnings;
    for (const RuleFile::Rejected& rejected : file.rejected)
      problems.insert(problems.end(), rejected.problems.begin(), rejected.problems.end());
    std::string shown;
    for (const Diagnostic& problem : problems) shown += print_diagnostic(problem, one.text) + "\n";
    EXPECT_EQ(problems.size(), 1u) << "problems.in:" << one.line << "\n" << shown;
    if (problems.size() != 1) continue;
    EXPECT_EQ(problems[0].rule, one.id) << "problems.in:" << one.line << "\n" << shown;
    EXPECT_NE(problems[0].message.find(one.message), std::string::npos) << "problems.in:" << one.line << "\n" << shown;
    EXPECT_EQ(problems[0].where.source, "rule.yml") << "problems.in:" << one.line;
    EXPECT_NE(problems[0].where.line, 0u) << "problems.in:" << one.line << "\n" << shown;
    const bool taken = problems[0].severity != Severity::error;
    EXPECT_EQ(file.rules.size() + file.filters.size() + file.correlations.size(), taken ? 1u : 0u)
        << "problems.in:" << one.line << "\n"
        << shown;
    EXPECT_EQ(file.rejected.size(), taken ? 0u : 1u) << "problems.in:" << one.line << "\n" << shown;
  }
}

/// The ids that the parser's sources spell; those of rule_set.cc are about rules together and have tests in
/// hunt_test.cc.
std::set<std::string> ids_in_sources() {
  constexpr std::string_view kOpening = "\"sigma/";
  std::set<std::string> ids;
  for (const auto& entry : fs::directory_iterator(TOCSIN_SOURCE_DIR "/src/detect")) {
    const std::string path = entry.path().string();
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("sigma_") || !name.ends_with(".cc") || name.ends_with("_test.cc")) continue;
    const auto source = read_file(path);
    EXPECT_TRUE(source) << path;
    if (!source) continue;
    const std::string_view text = source->view();
    for (std::size_t at = text.find(kOpening); at != std::string_view::npos; at = text.find(kOpening, at + 1))
      ids.emplace(text.substr(at + 1, text.find('"', at + 1) - at - 1));
  }
  return ids;
}

TEST(SigmaProblem, EveryProblemHasACase) {
  std::set<std::string> covered;
  for (const Case& one : load_cases()) covered.insert(one.id);
  const std::set<std::string> ids = ids_in_sources();
  EXPECT_GT(ids.size(), 20u);
  EXPECT_EQ(covered, ids) << "a case in tests/golden/detect/problems.in for each id, and no case without one";
}

}  // namespace
}  // namespace tocsin::detect
