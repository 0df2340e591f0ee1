#include "stix/check.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/bytes.h"
#include "base/hash.h"

namespace tocsin::stix {
namespace {

constexpr std::string_view kUuid = "3f8e2d1c-5b6a-4978-8c0d-1e2f3a4b5c6d";

/// The abbreviations of tests/golden/stix/rules.in.
std::string expand(std::string_view text) {
  std::string out;
  const auto word = [&text] {
    const auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-");
    const std::string taken(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
    return taken;
  };
  while (!text.empty()) {
    if (text.starts_with("@id:")) {
      text.remove_prefix(4);
      out += fmt::format("{}--{}", word(), kUuid);
    } else if (text.starts_with("@sdo:")) {
      text.remove_prefix(5);
      const auto type = word();
      out += fmt::format(
          R"("type":"{}","spec_version":"2.1","id":"{}--{}","created":"2020-01-01T00:00:00.000Z","modified":"2020-01-01T00:00:00.000Z")",
          type, type, kUuid);
    } else if (text.starts_with("@sco:")) {
      text.remove_prefix(5);
      const auto type = word();
      out += fmt::format(R"("type":"{}","id":"{}--{}")", type, type, kUuid);
    } else if (text.starts_with("@b[")) {
      text.remove_prefix(3);
      out += fmt::format(R"({{"type":"bundle","id":"bundle--{}","objects":[)", kUuid);
      std::string rest = expand(text);
      rest.resize(rest.rfind(']') + 1);
      return out + rest + "}";
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

struct Case {
  int line = 0;
  std::set<std::string> rules;  ///< full ids; empty = ok
  std::string text;
};

std::vector<Case> load_cases() {
  const auto file = read_file(TOCSIN_SOURCE_DIR "/tests/golden/stix/rules.in");
  EXPECT_TRUE(file);
  std::vector<Case> cases;
  if (!file) return cases;
  std::string_view text = file->view();
  int line = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view row = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++line;
    if (row.starts_with("# ")) {
      cases.push_back({line, {}, ""});
      row.remove_prefix(2);
      while (!row.empty() && row != "ok") {
        const auto space = row.find(' ');
        cases.back().rules.insert("stix-2.1/" + std::string(row.substr(0, space)));
        row.remove_prefix(space == std::string_view::npos ? row.size() : space + 1);
      }
    } else if (!cases.empty()) {
      cases.back().text += row;
    }
  }
  for (auto& one : cases) one.text = expand(one.text);
  return cases;
}

std::string print(const CheckReport& report) {
  std::string out;
  for (const auto& problem : report.problems) {
    out += fmt::format("\n  {} {} at {}:{} {}: {}", problem.severity == Severity::error ? "error" : "warning",
                       problem.rule, problem.where.line, problem.where.column, problem.pointer, problem.message);
  }
  return out;
}

Severity severity_of(const std::string& rule) {
  const auto found = std::ranges::find(check_rules(), rule, &CheckRule::id);
  EXPECT_NE(found, check_rules().end()) << "no rule " << rule;
  return found == check_rules().end() ? Severity::error : found->severity;
}

TEST(Check, EveryCaseBreaksItsRulesAndNoOther) {
  for (const auto& one : load_cases()) {
    const auto report = check_bundle(one.text);
    std::set<std::string> errors;
    std::set<std::string> all;
    for (const auto& problem : report.problems) {
      all.insert(problem.rule);
      if (problem.severity == Severity::error) errors.insert(problem.rule);
    }
    std::set<std::string> wanted_errors;
    for (const auto& rule : one.rules) {
      EXPECT_TRUE(all.contains(rule)) << "rules.in:" << one.line << " " << rule << print(report);
      if (severity_of(rule) == Severity::error) wanted_errors.insert(rule);
    }
    EXPECT_EQ(errors, wanted_errors) << "rules.in:" << one.line << print(report);
  }
}

TEST(Check, EveryRuleHasACase) {
  std::set<std::string> covered;
  for (const auto& one : load_cases()) covered.insert(one.rules.begin(), one.rules.end());
  for (const auto& rule : check_rules()) EXPECT_TRUE(covered.contains(std::string(rule.id))) << rule.id;
}

TEST(Check, RuleIdsAreUnique) {
  std::set<std::string_view> ids;
  for (const auto& rule : check_rules()) EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
  EXPECT_GT(ids.size(), 100u);
}

TEST(Check, SaysWhere) {
  const std::string text = "{\"type\":\"bundle\",\"id\":\"bundle--" + std::string(kUuid) +
                           "\",\"objects\":[\n"
                           "{\"type\":\"url\",\"id\":\"url--" +
                           std::string(kUuid) + "\",\n   \"value\":\"no url\"}]}";
  const auto report = check_bundle(text, {.source = "a.json"});
  const auto found = std::ranges::find(report.problems, "stix-2.1/6.15/url", &Diagnostic::rule);
  ASSERT_NE(found, report.problems.end()) << print(report);
  EXPECT_EQ(found->pointer, "/objects/0/value");
  EXPECT_EQ(found->where.source, "a.json");
  EXPECT_EQ(found->where.line, 3u);
  EXPECT_EQ(found->where.column, 12u);
  EXPECT_FALSE(found->hint.empty());
}

TEST(Check, PointsIntoTheSourceOfWhatWasLifted) {
  const auto report = check_bundle(expand(
      R"({"type":"bundle","id":"@id:bundle","spec_version":"2.0","objects":[{"type":"observed-data","id":"@id:observed-data","created":"2020-01-01T00:00:00.000Z","modified":"2020-01-01T00:00:00.000Z","first_observed":"2020-01-01T00:00:00Z","last_observed":"2020-01-01T00:00:00Z","number_observed":1,"objects":{"7":{"type":"url","value":"no url"}}}]})"));
  ASSERT_EQ(report.errors, 1u) << print(report);
  const auto found = std::ranges::find(report.problems, Severity::error, &Diagnostic::severity);
  EXPECT_EQ(found->pointer, "/objects/0/objects/7/value");
  EXPECT_EQ(report.lifted, 1u);
  EXPECT_EQ(report.objects, 1u);
}

TEST(Check, ReportsAllProblemsAtOnceInTheOrderOfTheSource) {
  const auto report = check_bundle(expand(R"(@b[{@sdo:tool,"name":1},{@sdo:malware,"name":2,"is_family":3}])"));
  EXPECT_EQ(report.errors, 3u) << print(report);
  EXPECT_TRUE(
      std::ranges::is_sorted(report.problems, {}, [](const Diagnostic& problem) { return problem.where.offset; }));
}

TEST(Check, CountsBeyondTheLimit) {
  std::string objects;
  for (int i = 0; i < 100; ++i) objects += ",7";
  const auto report = check_bundle(expand("@b[7" + objects + "]"), {.source = "", .max_problems = 10});
  EXPECT_EQ(report.errors, 101u);
  EXPECT_EQ(report.problems.size(), 10u);
}

TEST(Check, NoJsonIsOneErrorWithItsPlace) {
  for (const auto* text : {"", "{", "\xff\xfe", "{\"a\":1}x", "nul"}) {
    const auto report = check_bundle(text);
    ASSERT_EQ(report.problems.size(), 1u) << text;
    EXPECT_EQ(report.problems[0].rule, "stix-2.1/8/not-json");
  }
  std::string deep(100'000, '[');
  EXPECT_EQ(check_bundle(deep).problems.size(), 1u);
}

TEST(Check, TakesParsedTrees) {
  const auto value = json::parse(expand("{@sdo:tool}"));
  ASSERT_TRUE(value);
  const auto report = check_bundle(*value, "");
  EXPECT_EQ(report.errors, 1u);
  EXPECT_EQ(report.problems.back().where.line, 0u);
}

// Every type with most of its properties, valid by our own reading and by the committee's validator.
TEST(Check, AcceptsEveryType) {
  const auto file = read_file(TOCSIN_SOURCE_DIR "/tests/golden/stix/every-type.json");
  ASSERT_TRUE(file);
  const auto report = check_bundle(file->view());
  EXPECT_EQ(report.errors, 0u) << print(report);
  EXPECT_EQ(report.objects, 43u);  // 42 types, a second file
}

// Facts of the corpora, not their text: published by those who know the standard, so an error in them would be ours.
TEST(CheckCorpus, CapecHasNoError) {
  const auto file = read_file(TOCSIN_DATA_DIR "/stix/capec-2.1.json.zst");
  if (!file) GTEST_SKIP() << "stix/capec-2.1.json.zst is not there";
  const auto report = check_bundle(file->view());
  EXPECT_EQ(report.objects, 2683u);
  EXPECT_EQ(report.errors, 0u) << print(report);
}

TEST(CheckCorpus, OasisExamplesHaveNoError) {
  const auto tar = read_file(TOCSIN_DATA_DIR "/stix/oasis-examples.tar.zst");
  if (!tar) GTEST_SKIP() << "stix/oasis-examples.tar.zst is not there";
  constexpr std::size_t kBlock = 512;
  std::size_t files = 0, objects = 0;
  const std::string_view bytes = tar->view();
  for (std::size_t at = 0; at + kBlock <= bytes.size() && bytes[at] != '\0';) {
    const std::string_view field = bytes.substr(at, 100);
    const std::string_view name = field.substr(0, field.find('\0'));
    const std::size_t size = std::stoul(std::string(bytes.substr(at + 124, 12)), nullptr, 8);
    if (name.ends_with(".json")) {
      const auto report = check_bundle(bytes.substr(at + kBlock, size));
      EXPECT_EQ(report.errors, 0u) << name << '\n' << print(report);
      ++files;
      objects += report.objects;
    }
    at += kBlock + (size + kBlock - 1) / kBlock * kBlock;
  }
  EXPECT_EQ(files, 8u);
  EXPECT_EQ(objects, 260u);
}

TEST(CheckCorpus, AttackIsLiftedWithoutError) {
  const auto file = read_file(TOCSIN_DATA_DIR "/attack/enterprise-attack-18.1.json.zst");
  if (!file) GTEST_SKIP() << "attack/enterprise-attack-18.1.json.zst is not there";
  const auto report = check_bundle(file->view());
  EXPECT_EQ(report.objects, 24771u);
  EXPECT_EQ(report.lifted, 24771u);
  EXPECT_EQ(report.errors, 0u) << print(report);
}

}  // namespace
}  // namespace tocsin::stix
