// Every problem that an estate file, an inventory or a pack can have, and every verdict, each with negative cases of
// its own in tests/golden/estate/problems.in and verdicts.in.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <vector>

#include "base/bytes.h"
#include "base/test_folder.h"
#include "base/unicode.h"
#include "estate/estate_file.h"
#include "estate/estate_test_packs.h"
#include "estate/survey.h"

namespace tocsin::estate {
namespace {

constexpr auto kAsOf = std::chrono::sys_days(std::chrono::year(2026) / 9 / 1);

struct Case {
  int line = 0;  ///< in the file of cases
  std::string head;
  std::vector<std::string> lines;
};

/// The cases of a file: a line "# head" and what stands below it. The text before the first one explains the file.
std::vector<Case> load_cases(const std::string& name) {
  std::vector<Case> cases;
  const auto file = read_file(TOCSIN_SOURCE_DIR "/tests/golden/estate/" + name);
  EXPECT_TRUE(file) << name;
  if (!file) return cases;
  std::string_view text = file->view();
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with("# ")) {
      cases.push_back({number, std::string(line.substr(2)), {}});
    } else if (!cases.empty()) {
      cases.back().lines.emplace_back(line);
    }
  }
  EXPECT_FALSE(cases.empty()) << name;
  return cases;
}

/// The first word of `text`, which is cut off from it with the space behind.
std::string_view take_word(std::string_view& text, char end = ' ') {
  const std::string_view word = text.substr(0, text.find(end));
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

int number_of(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

constexpr std::string_view kVulnerabilities =
    "format: tocsin-estate-vulnerabilities/1\ndate: \"2026-08-31\"\nsources: {s: {name: S, date: \"2026-08-31\"}}\n";

std::string head_of(std::string_view topic) {
  if (topic == "vulnerabilities") return std::string(kVulnerabilities);
  std::string head = fmt::format("format: tocsin-estate-{}/1\n", topic);
  if (topic == "end-of-life") head += "source: s\ndate: \"2026-08-31\"\n";
  if (topic == "priorities") head += "name: n\nsource: s\noutcomes: [now, later]\n";
  return head;
}

std::string rows(int count) {
  std::string out = "rows:\n";
  for (int i = 0; i < count; ++i) {
    const auto yes = [&](int bit) { return (i >> bit) % 2 == 0 ? "\"yes\"" : "\"no\""; };
    out += fmt::format("- {{in_kev: {}, publicly_exposed: {}, automatable: {}, technical_impact: {}, outcome: now}}\n",
                       yes(0), yes(1), yes(2), (i >> 3) % 2 == 0 ? "total" : "partial");
  }
  return out;
}

/// The short forms that the heads of the files of cases explain.
std::string expand(std::string_view topic, std::string_view line) {
  constexpr std::string_view kOne = "vulnerabilities: [{id: CVE-2000-0001, summary: S, sources: [s], ";
  if (!line.starts_with('@') || line == "@missing") return fmt::format("{}\n", line);
  const std::string_view word = take_word(line);
  if (word == "@org") return "organisation: {name: A, country: IN, sectors: [healthcare]}\n";
  if (word == "@assets") return "assets: [{id: a, exposure: internal}]\n";
  if (word == "@head") return head_of(topic);
  if (word == "@test") {
    return fmt::format(
        "{}fingerprints: [{{id: f, product: nginx, confidence: 50, tests: [{{{}}}], is: [{{text: a}}], not: [b]}}]\n",
        head_of(topic), line);
  }
  if (word == "@affects") return fmt::format("{}{}affects: [{{{}}}]}}]\n", kVulnerabilities, kOne, line);
  if (word == "@debian") return fmt::format("{}{}affects: [], debian: [{{{}}}]}}]\n", kVulnerabilities, kOne, line);
  if (word == "@rows") return rows(number_of(line));
  if (word == "@component")
    return fmt::format("{{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.5\", \"components\": [{}]}}\n", line);
  if (word == "@entry") return fmt::format("{{\"log\": {{\"version\": \"1.2\", \"entries\": [{}]}}}}\n", line);
  const int count = number_of(take_word(line));
  std::string out;
  if (word == "@repeat") {
    out = take_word(line, '|');
    const std::string_view again = take_word(line, '|');
    for (int i = 0; i < count; ++i) out += again;
    return fmt::format("{}{}\n", out, line);
  }
  EXPECT_EQ(word, "@lines");
  for (int i = 0; i < count; ++i) out += fmt::format("{}\n", line);
  return out;
}

std::string text_of(std::string_view topic, const Case& one) {
  std::string text;
  for (const std::string& line : one.lines) text += expand(topic, line);
  return text;
}

/// An estate of one asset with the inventory at `path`.
record::Estate estate_with(const std::string& path) {
  record::Estate estate;
  estate.assets.emplace_back();
  estate.assets.back().id = "a";
  estate.assets.back().inventory = {path};
  return estate;
}

/// What is found in a file of that topic.
std::vector<Diagnostic> problems_of(std::string_view topic, const Case& one, const TestFolder& folder) {
  const std::string text = text_of(topic, one);
  std::vector<Diagnostic> problems;
  const ProductCatalogue& products = test_packs().products;
  if (topic == "estate") {
    EstateFile file = parse_estate(text, folder.at("estate.yml"));
    EXPECT_EQ(file.estate.has_value(), !has_errors(file.problems));
    return file.problems;
  }
  if (topic == "products") {
    ProductCatalogue::parse(text, "file", problems);
  } else if (topic == "fingerprints") {
    FingerprintSet::parse(text, "file", products, problems);
  } else if (topic == "vulnerabilities") {
    VulnerabilityKnowledge::parse(text, "file", head_of("end-of-life") + "products: []\n", "other", products, problems);
  } else if (topic == "end-of-life") {
    VulnerabilityKnowledge::parse(head_of("vulnerabilities") + "vulnerabilities: []\n", "other", text, "file", products,
                                  problems);
  } else if (topic == "priorities") {
    PriorityTable::parse(text, "file", problems);
  } else {
    const bool missing = text == "@missing\n";
    const std::string path = missing ? folder.at("missing") : folder.write("inventory", text);
    return survey_estate(estate_with(path), test_packs(), kAsOf).problems;
  }
  return problems;
}

TEST(EstateProblem, EveryCaseHasItsProblemAndNoOther) {
  const TestFolder folder;
  folder.write("folder/access.log", "");
  ASSERT_EQ(::mkfifo(folder.at("folder/odd").c_str(), 0600), 0);
  for (const Case& one : load_cases("problems.in")) {
    std::string_view message = one.head;
    const std::string_view id = take_word(message);
    const std::string_view topic = id.substr(0, id.find('/'));
    const std::vector<Diagnostic> problems = problems_of(topic, one, folder);
    std::string shown;
    for (const Diagnostic& problem : problems) shown += print_diagnostic(problem, "") + "\n";
    EXPECT_EQ(problems.size(), 1u) << "problems.in:" << one.line << "\n" << shown.substr(0, 2000);
    if (problems.size() != 1) continue;
    EXPECT_EQ(problems[0].rule, id) << "problems.in:" << one.line << "\n" << shown;
    EXPECT_NE(problems[0].message.find(message), std::string::npos) << "problems.in:" << one.line << "\n" << shown;
    EXPECT_FALSE(problems[0].where.source.empty()) << "problems.in:" << one.line;
    if (topic != "inventory") {
      EXPECT_NE(problems[0].where.line, 0u) << "problems.in:" << one.line << "\n" << shown;
    }
  }
}

/// What follows `before` in `text`, up to one of `ends`, everywhere.
std::vector<std::string> all_after(std::string_view text, std::string_view before, std::string_view ends) {
  std::vector<std::string> out;
  for (std::size_t at = text.find(before); at != std::string_view::npos; at = text.find(before, at)) {
    at += before.size();
    out.emplace_back(text.substr(at, text.find_first_of(ends, at) - at));
  }
  return out;
}

std::string source_of(const std::string& path) {
  const auto file = read_file(TOCSIN_SOURCE_DIR "/src/" + path);
  EXPECT_TRUE(file) << path;
  return file ? std::string(file->view()) : std::string();
}

struct SourceFile {
  std::string_view path;
  std::vector<std::string_view> topics;  ///< of its ids, with which one of them is covered
};

/// Whether one of `topics` has a case for `id`.
bool is_covered(const std::set<std::string>& covered, const std::vector<std::string_view>& topics,
                std::string_view id) {
  return std::ranges::any_of(topics,
                             [&](std::string_view topic) { return covered.contains(fmt::format("{}/{}", topic, id)); });
}

TEST(EstateProblem, EveryProblemHasACase) {
  std::set<std::string> covered;
  for (const Case& one : load_cases("problems.in")) covered.insert(one.head.substr(0, one.head.find(' ')));
  const std::vector<SourceFile> kFiles = {
      {"estate_file.cc", {"estate"}},
      {"product.cc", {"products"}},
      {"fingerprint.cc", {"fingerprints"}},
      {"vulnerability.cc", {"vulnerabilities", "end-of-life"}},
      {"priority.cc", {"priorities"}},
      {"strict_yaml.cc", {"estate", "products", "fingerprints", "vulnerabilities", "end-of-life", "priorities"}},
      {"cyclonedx.cc", {"cyclonedx"}},
      {"dpkg_status.cc", {"dpkg"}},
      {"http_capture.cc", {"http", "har"}},
      {"inventory.cc", {"inventory"}},
  };
  std::size_t ids = 0;
  for (const SourceFile& file : kFiles) {
    const std::string text = source_of(fmt::format("estate/{}", file.path));
    // problems.error(*node, "id", …), with or without a line break before it.
    for (const std::string_view call :
         {"problems.error(", "problems_.error(", "problems.warning(", "problems_.warning("})
      for (const std::string& arguments : all_after(text, call, ";")) {
        const std::vector<std::string> words = all_after(arguments, "\"", "\"");
        ASSERT_FALSE(words.empty()) << file.path << ": " << arguments;
        ++ids;
        EXPECT_TRUE(is_covered(covered, file.topics, words.front())) << file.path << ": " << words.front();
      }
    // Whole ids: "dpkg/damaged-record".
    for (const std::string_view topic : file.topics)
      for (const std::string& id : all_after(text, fmt::format("\"{}/", topic), "\"")) {
        if (id.find('.') != std::string::npos) continue;  // an include
        ++ids;
        EXPECT_TRUE(covered.contains(fmt::format("{}/{}", topic, id))) << file.path << ": " << topic << "/" << id;
      }
    // A reader that gives up: "inventory/" and the code of its error.
    for (std::string code : all_after(text, "fail(ErrorCode::", ",")) {
      ++ids;
      std::ranges::replace(code, '_', '-');
      EXPECT_TRUE(covered.contains("inventory/" + code)) << file.path << ": " << code;
    }
  }
  EXPECT_GT(ids, 70u);
}

/// Small knowledge of two products, as verdicts.in tells.
EstatePacks verdict_packs() {
  EstatePacks packs;
  packs.products = ProductCatalogue::parse(
      head_of("products") +
          "products:\n"
          "- {id: sample, name: Sample, weakness: web-server, cpe: [\"a:example:sample\"], purl: [generic/sample], "
          "debian: [sample]}\n"
          "- {id: other, name: Other, weakness: web-server, purl: [generic/other]}\n",
      "products.yml", packs.problems);
  std::string vulnerabilities = head_of("vulnerabilities") + "vulnerabilities:\n";
  int number = 0;
  for (const std::string_view more : {"}]", ", condition: it is set up so}]", ", needs: other}]",
                                      "}], debian: [{package: sample, release: bullseye, fixed: \"1.5-2\"}]"}) {
    vulnerabilities += fmt::format(
        "- {{id: CVE-2000-000{}, summary: S, sources: [s], affects: [{{product: sample, versions: \"(,2.0)\"{}}}\n",
        ++number, more);
  }
  packs.vulnerabilities = VulnerabilityKnowledge::parse(
      vulnerabilities, "vulnerabilities.yml",
      head_of("end-of-life") + "products: [{product: sample, cycles: {\"1\": \"2020-01-01\", \"2\": supported}}]\n",
      "end-of-life.yml", packs.products, packs.problems);
  packs.priorities = PriorityTable::parse(head_of("priorities") + rows(16), "priorities.yml", packs.problems);
  for (const Diagnostic& problem : packs.problems) ADD_FAILURE() << print_diagnostic(problem, vulnerabilities);
  return packs;
}

TEST(EstateVerdict, EveryCaseHasItsVerdictAndTheOtherHasNot) {
  const EstatePacks packs = verdict_packs();
  std::set<std::string> given;
  std::set<std::string> withheld;
  for (const Case& one : load_cases("verdicts.in")) {
    std::string_view head = one.head;
    std::string verdict(take_word(head));
    const bool expected = verdict != "no";
    if (!expected) verdict = take_word(head);
    (expected ? given : withheld).insert(verdict);
    std::string vulnerability(head.substr(0, head.find(':')));
    if (vulnerability == "-") vulnerability.clear();
    const auto inventory = parse_inventory(text_of("verdict", one), "inventory", packs.products, packs.fingerprints);
    ASSERT_TRUE(inventory) << "verdicts.in:" << one.line << " " << print_error(inventory.error());
    const Survey survey =
        make_survey(estate_with("inventory"), std::vector<AssetInventory>{{"a", *inventory}}, packs, kAsOf);
    std::vector<std::string> found;
    for (const record::Exposure& exposure : survey.exposures) {
      if (exposure.vulnerability == vulnerability) found.emplace_back(record::verdict_name(exposure.verdict));
    }
    EXPECT_EQ(std::ranges::count(found, verdict), expected ? 1 : 0)
        << "verdicts.in:" << one.line << " found: " << fmt::format("{}", fmt::join(found, ", "));
  }
  const std::string header = source_of("record/exposure.h");
  const std::vector<std::string> enumerators = all_after(header, "enum class Verdict : std::uint8_t {", "}");
  ASSERT_EQ(enumerators.size(), 1u);
  std::set<std::string> verdicts;
  std::string_view rest = enumerators.front();
  while (!rest.empty()) {
    std::string name(trim_ascii(take_word(rest, ',')));
    std::ranges::replace(name, '_', '-');
    verdicts.insert(std::move(name));
  }
  EXPECT_EQ(given, verdicts) << "a case in tests/golden/estate/verdicts.in for each verdict";
  EXPECT_EQ(withheld, verdicts) << "a case that misses it by one fact, for each verdict";
}

}  // namespace
}  // namespace tocsin::estate
