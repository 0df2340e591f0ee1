#include "base/diagnostic.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <algorithm>

namespace tocsin {
namespace {

Diagnostic at(std::uint32_t line, std::uint32_t column) {
  return {.rule = "test/rule", .message = "no such key", .where = {.source = "f.yml", .line = line, .column = column}};
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end == std::string::npos ? text.size() : end + 1;
  }
  return lines;
}

TEST(DiagnosticTest, ShowsLineCaretPointerAndHint) {
  Diagnostic diagnostic = at(2, 3);
  diagnostic.pointer = "/assets/0";
  diagnostic.hint = "did you mean 'role'?";
  EXPECT_EQ(print_diagnostic(diagnostic, "one\n  rolle: x\r\nthree\n"),
            "f.yml:2:3: error: no such key [test/rule]\n"
            "    2 |   rolle: x\n"
            "      |   ^\n"
            "  at: /assets/0\n"
            "  hint: did you mean 'role'?\n");
  EXPECT_EQ(print_diagnostic(diagnostic, ""),
            "f.yml:2:3: error: no such key [test/rule]\n  at: /assets/0\n  hint: did you mean 'role'?\n");
}

TEST(DiagnosticTest, KnowsThePlaceFromAnOffsetToo) {
  Diagnostic diagnostic{.severity = Severity::warning, .rule = "", .message = "odd", .where = {.offset = 4}};
  EXPECT_EQ(print_diagnostic(diagnostic, "one\ntwo"), "2:1: warning: odd\n    2 | two\n      | ^\n");
  EXPECT_EQ(print_diagnostic(diagnostic, ""), "byte 4: warning: odd\n");
  diagnostic.where.offset = 4'000;
  EXPECT_EQ(print_diagnostic(diagnostic, "one\ntwo"), "2:4: warning: odd\n    2 | two\n      |    ^\n");
  diagnostic.where = {};
  EXPECT_EQ(print_diagnostic(diagnostic, "one"), "warning: odd\n");
}

TEST(DiagnosticTest, ALineWithoutAColumnHasNoCaretAndAMissingLineNoExcerpt) {
  EXPECT_EQ(print_diagnostic(at(1, 0), "one"), "f.yml:1: error: no such key [test/rule]\n    1 | one\n");
  EXPECT_EQ(print_diagnostic(at(9, 1), "one"), "f.yml:9:1: error: no such key [test/rule]\n");
  EXPECT_EQ(lines_of(print_diagnostic(at(1, 900), "one\ntwo")).back(), "      |    ^") << "never past its line";
}

TEST(DiagnosticTest, TabsStayAndCharactersCountOnce) {
  EXPECT_EQ(print_diagnostic(at(1, 8),
                             "\tgr\xc3\xb6\xc3\x9f"
                             "e: \xe4\xb8\xad"),
            "f.yml:1:8: error: no such key [test/rule]\n"
            "    1 | \tgröße: 中\n"
            "      | \t    ^\n");
}

TEST(DiagnosticTest, NothingHostileReachesTheTerminal) {
  Diagnostic diagnostic = at(1, 6);
  diagnostic.message = "unknown '\x1b[2J\n'";
  EXPECT_EQ(print_diagnostic(diagnostic,
                             "a\x1b\xff\xe2\x80\xae"
                             "b"),
            "f.yml:1:6: error: unknown '\xef\xbf\xbd[2J\xef\xbf\xbd' [test/rule]\n"
            "    1 | a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
            "b\n"
            "      |    ^\n");
}

TEST(DiagnosticTest, LongLinesAreCutAroundTheCaret) {
  const std::string line = std::string(5'000, 'a') + "X" + std::string(5'000, 'b');
  const auto middle = lines_of(print_diagnostic(at(1, 5'001), line));
  ASSERT_EQ(middle.size(), 3u);
  EXPECT_EQ(code_points(middle[1]), 160u);
  EXPECT_EQ(middle[1].find('X') - std::string("…").size() + 1, middle[2].find('^'));
  EXPECT_TRUE(middle[1].ends_with("…"));
  const auto end = lines_of(print_diagnostic(at(1, 10'002), line));
  EXPECT_EQ(code_points(end[2]), 160u);
  EXPECT_TRUE(end[1].ends_with("bbb"));
  const auto begin = lines_of(print_diagnostic(at(1, 1), line));
  EXPECT_TRUE(begin[1].starts_with("    1 | aaa"));
  EXPECT_EQ(begin[2], "      | ^");
}

RC_GTEST_PROP(DiagnosticTest, AnyTextAndPlaceGiveShortValidLines, (const std::string& text, std::uint32_t line)) {
  const auto column = *rc::gen::inRange<std::uint32_t>(0, 2'000);
  const auto times = *rc::gen::inRange<std::size_t>(1, 60);
  std::string whole;
  for (std::size_t i = 0; i < times; ++i) whole += text;
  const auto lines = lines_of(print_diagnostic(at(line % 5, column), whole));
  RC_ASSERT(lines.size() <= 3u);
  for (const std::string& shown : lines) RC_ASSERT(code_points(shown) <= 160u);
}

TEST(DiagnosticTest, HasErrorsLooksAtSeverity) {
  Diagnostic warning = at(1, 1);
  warning.severity = Severity::warning;
  EXPECT_FALSE(has_errors({}));
  EXPECT_FALSE(has_errors({warning}));
  EXPECT_TRUE(has_errors({warning, at(1, 1)}));
}

TEST(NearestNameTest, FindsTyposAndNothingElse) {
  const std::vector<std::string_view> names = {"hostnames", "role", "exposure", "importance", "id"};
  EXPECT_EQ(nearest_name("hostname", names), "hostnames");
  EXPECT_EQ(nearest_name("hsotnames", names), "hostnames") << "swapped neighbours are one mistake";
  EXPECT_EQ(nearest_name("Role", names), "role");
  EXPECT_EQ(nearest_name("exposre", names), "exposure");
  EXPECT_EQ(nearest_name("colour", names), "");
  EXPECT_EQ(nearest_name("xy", names), "");
  EXPECT_EQ(nearest_name("", names), "");
  EXPECT_EQ(nearest_name("abc", {}), "");
  EXPECT_EQ(nearest_name("ab", {"ac", "bb"}), "ac") << "the first of equals";
  EXPECT_EQ(nearest_name(std::string(5'000, 'a'), {std::string_view("a")}), "");
}

}  // namespace
}  // namespace tocsin
