#include "detect/naive.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "detect/test_events.h"

namespace tocsin::detect {
namespace {

SigmaRule rule_of(const std::string& detection) {
  RuleFile file = parse_sigma("title: t\nlogsource:\n  product: windows\ndetection:\n" + detection, "rule.yml");
  std::string problems;
  for (const auto& rejected : file.rejected) {
    for (const Diagnostic& problem : rejected.problems) problems += problem.message + "; ";
  }
  EXPECT_EQ(problems, "") << detection;
  SigmaRule rule = file.rules.empty() ? SigmaRule{} : std::move(file.rules.front());
  bind_rule(rule, test_schema());
  return rule;
}

bool fires(const SigmaRule& rule, const std::string& event) {
  const auto batches = read_events(event);
  EventText text(batches.at(0).events.at(0));
  return match_rule(rule, text, {});
}

/// Whether `item: value` holds for an event with these JSON members.
bool item(const std::string& item, const std::string& members) {
  return fires(rule_of("  s:\n    " + item + "\n  condition: s\n"), "{" + members + "}");
}

TEST(Values, CompareWholeAndWithoutCase) {
  EXPECT_TRUE(item("A: 'Cmd.EXE'", R"("A":"cmd.exe")"));
  EXPECT_FALSE(item("A: 'cmd'", R"("A":"cmd.exe")"));
  EXPECT_TRUE(item("A: 'ÄÖÜ Straße Σ'", R"("A":"äöü straße ς")"));
  EXPECT_TRUE(item("A|cased: 'Cmd'", R"("A":"Cmd")"));
  EXPECT_FALSE(item("A|cased: 'Cmd'", R"("A":"cmd")"));
  EXPECT_FALSE(item("a: x", R"("A":"x")")) << "names of fields have case";
}

TEST(Values, Wildcards) {
  EXPECT_TRUE(item("A: 'a*c'", R"("A":"a\n b c")"));
  EXPECT_TRUE(item("A: 'a?c'", R"("A":"a\nc")"));
  EXPECT_TRUE(item("A: 'a?c'", R"("A":"a\u20acc")")) << "one code point";
  EXPECT_FALSE(item("A: 'a?c'", R"("A":"ac")"));
  EXPECT_TRUE(item("A: '*a*b*'", R"("A":"xaxb")"));
  EXPECT_FALSE(item("A: '*a*b*'", R"("A":"xbxa")"));
  EXPECT_TRUE(item("A: '*?b'", R"("A":"aab")"));
}

TEST(Values, EscapeTable) {
  EXPECT_TRUE(item(R"(A: 'a\b')", R"("A":"a\\b")"));
  EXPECT_TRUE(item(R"(A: 'a\\b')", R"("A":"a\\b")"));
  EXPECT_TRUE(item(R"(A: 'a\*b')", R"("A":"a*b")"));
  EXPECT_FALSE(item(R"(A: 'a\*b')", R"("A":"axb")"));
  EXPECT_TRUE(item(R"(A: 'a\\*b')", R"("A":"a\\xyb")"));
  EXPECT_FALSE(item(R"(A: 'a\\*b')", R"("A":"axyb")"));
  EXPECT_TRUE(item(R"(A: 'a\\\*b')", R"("A":"a\\*b")"));
  EXPECT_FALSE(item(R"(A: 'a\\\*b')", R"("A":"a\\xb")"));
  EXPECT_TRUE(item(R"(A: '\\\\srv\c')", R"("A":"\\\\srv\\c")"));
  EXPECT_TRUE(item(R"(A: '\\\srv')", R"("A":"\\\\srv")"));
  EXPECT_TRUE(item(R"(A: 'x\')", R"("A":"x\\")"));
  EXPECT_TRUE(item(R"(A: 'x\\')", R"("A":"x\\")"));
  EXPECT_TRUE(item(R"(A|contains: 'C:\Temp\')", R"("A":"dir C:\\Temp\\x")")) << "the modifier's wildcard comes after";
  EXPECT_FALSE(item(R"(A|contains: 'C:\Temp\')", R"("A":"C:\\Temp*")"));
}

TEST(Values, NullEmptyAbsent) {
  EXPECT_TRUE(item("A:", R"("B":1)"));
  EXPECT_TRUE(item("A: null", R"("A":null)"));
  EXPECT_FALSE(item("A: null", R"("A":"")"));
  EXPECT_TRUE(item("A: ''", R"("A":"")"));
  EXPECT_FALSE(item("A: ''", R"("B":1)"));
  EXPECT_FALSE(item("A: ''", R"("A":null)"));
  EXPECT_TRUE(item("A: '*'", R"("A":"")"));
  EXPECT_TRUE(item("A: '*'", R"("A":0)"));
  EXPECT_FALSE(item("A: '*'", R"("A":null)"));
  EXPECT_FALSE(item("A: '*'", R"("B":1)"));
  EXPECT_TRUE(item("A|exists: true", R"("A":null)"));
  EXPECT_FALSE(item("A|exists: true", R"("B":null)"));
  EXPECT_TRUE(item("A|exists: false", R"("B":null)"));
  EXPECT_TRUE(item("A: [null, x]", R"("B":1)"));
}

TEST(Values, NumbersAndBooleans) {
  for (const char* value : {"5", "\"5\"", "5.0", "5e0", "\"5.0\""})
    EXPECT_TRUE(item("A: 5", std::string("\"A\":") + value)) << value;
  for (const char* value : {"6", "\"x5\"", "true", "null", "\"0x5\"", "\"\""})
    EXPECT_FALSE(item("A: 5", std::string("\"A\":") + value)) << value;
  EXPECT_TRUE(item("A: 9007199254740993", R"("A":9007199254740993)"));
  EXPECT_FALSE(item("A: 9007199254740993", R"("A":9007199254740992)"));
  EXPECT_TRUE(item("A: 0x40810000", R"("A":"0X40810000")"));
  EXPECT_FALSE(item("A: 0x10", R"("A":16)"));
  EXPECT_TRUE(item("A|contains: 00000409", R"("A":"x00000409")"));
  EXPECT_TRUE(item("A: true", R"("A":true)"));
  EXPECT_TRUE(item("A: true", R"("A":"True")"));
  EXPECT_TRUE(item("A: 'true'", R"("A":true)"));
  EXPECT_FALSE(item("A: true", R"("A":1)"));
  EXPECT_FALSE(item("A: true", R"("A":false)"));
}

TEST(Values, ArraysPathsAndRepeatedKeys) {
  EXPECT_TRUE(item("A: b", R"("A":["a","b"])"));
  EXPECT_TRUE(item("A|contains|all: [a, b]", R"("A":["xa","xb"])"));
  EXPECT_FALSE(item("A: '*'", R"("A":[])"));
  EXPECT_TRUE(item("A|exists: true", R"("A":[])"));
  EXPECT_TRUE(item("A.B: x", R"("A":{"B":"x"})"));
  EXPECT_TRUE(item("A.B: x", R"("A":[{"B":"y"},{"B":"x"}])"));
  EXPECT_FALSE(item("A.B: x", R"("A":{"B":"x"},"A.B":"y")")) << "a key as it stands comes before a path";
  EXPECT_TRUE(item("A: b", R"("A":"a","A":"b")"));
}

TEST(Modifiers, Shapes) {
  EXPECT_TRUE(item("A|contains: b", R"("A":"aBc")"));
  EXPECT_TRUE(item("A|startswith: a", R"("A":"Abc")"));
  EXPECT_FALSE(item("A|startswith: b", R"("A":"abc")"));
  EXPECT_TRUE(item("A|endswith: c", R"("A":"abC")"));
  EXPECT_TRUE(item("A|endswith: [x, c]", R"("A":"abc")"));
  EXPECT_FALSE(item("A|contains|all: [a, x]", R"("A":"abc")"));
  EXPECT_TRUE(item("A|contains: 'a?c'", R"("A":"xabcx")"));
}

TEST(Modifiers, Neq) {
  EXPECT_TRUE(item("A|neq: x", R"("A":"y")"));
  EXPECT_FALSE(item("A|neq: x", R"("A":"X")"));
  EXPECT_TRUE(item("A|neq: x", R"("B":"x")"));
  EXPECT_FALSE(item("A|neq: [x, y]", R"("A":"y")"));
  EXPECT_TRUE(item("A|contains|neq: x", R"("A":"abc")"));
  EXPECT_FALSE(item("A|neq: 5", R"("A":"5.0")"));
  EXPECT_TRUE(item("A|fieldref|neq: B", R"("A":"x","B":"y")"));
}

TEST(Modifiers, RegularExpressions) {
  EXPECT_TRUE(item("A|re: 'b+'", R"("A":"abbc")"));
  EXPECT_FALSE(item("A|re: 'B+'", R"("A":"abbc")"));
  EXPECT_TRUE(item("A|re|i: 'B+'", R"("A":"abbc")"));
  EXPECT_FALSE(item("A|re: 'a.c'", R"("A":"a\nc")"));
  EXPECT_TRUE(item("A|re|s: 'a.c'", R"("A":"a\nc")"));
  EXPECT_FALSE(item("A|re: '^c'", R"("A":"a\nc")"));
  EXPECT_TRUE(item("A|re|m: '^c'", R"("A":"a\nc")"));
  EXPECT_TRUE(item("A|re|i|s|m: 'A.^C'", R"("A":"a\nc")"));
  EXPECT_TRUE(item(R"(A|re: '\\\*')", R"("A":"\\*")")) << "no Sigma escapes in regular expressions";
  EXPECT_TRUE(item("A|re: '^5$'", R"("A":5)"));
}

TEST(Modifiers, Networks) {
  EXPECT_TRUE(item("A|cidr: 10.0.0.0/8", R"("A":"10.255.1.2")"));
  EXPECT_FALSE(item("A|cidr: 10.0.0.0/8", R"("A":"11.0.0.1")"));
  EXPECT_TRUE(item("A|cidr: 10.0.0.0/8", R"("A":"::ffff:10.1.2.3")"));
  EXPECT_TRUE(item("A|cidr: 'fe80::/10'", R"("A":"fe80::1%eth0")"));
  EXPECT_TRUE(item("A|cidr: '2001:db8::/33'", R"("A":"2001:db8:7fff::1")"));
  EXPECT_FALSE(item("A|cidr: '2001:db8::/33'", R"("A":"2001:db8:8000::1")"));
  EXPECT_TRUE(item("A|cidr: 192.0.2.1", R"("A":"192.0.2.1")"));
  EXPECT_TRUE(item("A|cidr: 0.0.0.0/0", R"("A":"192.0.2.1")"));
  EXPECT_FALSE(item("A|cidr: 0.0.0.0/0", R"("A":"2001:db8::1")"));
  EXPECT_FALSE(item("A|cidr: 10.0.0.0/8", R"("A":"not an address")"));
}

TEST(Modifiers, Encodings) {
  EXPECT_TRUE(item("A|base64: 'foobar'", R"("A":"Zm9vYmFy")"));
  EXPECT_TRUE(item("A|base64: 'fo'", R"("A":"Zm8=")"));
  // "foobar" behind 0, 1 and 2 other bytes
  for (const char* text : {"Zm9vYmFyIQ==", "eGZvb2JhciE=", "eHhmb29iYXIh"}) {
    EXPECT_TRUE(item("A|base64offset|contains: 'foobar'", std::string("\"A\":\"") + text + "\"")) << text;
  }
  EXPECT_FALSE(item("A|base64offset|contains: 'foobar'", R"("A":"Zm9vYmE=")"));
  EXPECT_TRUE(item("A|wide|base64: 'ab'", R"("A":"YQBiAA==")"));
  EXPECT_TRUE(item("A|utf16le|base64: 'ab'", R"("A":"YQBiAA==")"));
  EXPECT_TRUE(item("A|utf16be|base64: 'ab'", R"("A":"AGEAYg==")"));
  EXPECT_TRUE(item("A|utf16|base64: 'ab'", R"("A":"//5hAGIA")"));
  EXPECT_TRUE(item("A|wide|contains: 'ab'", R"("A":"xa\u0000b\u0000x")"));
  EXPECT_TRUE(item(R"(A|base64: 'a\*')", R"("A":"YSo=")"));
}

TEST(Modifiers, Windash) {
  for (const char* dash : {"-", "/", "\u2013", "\u2014", "\u2015"}) {
    EXPECT_TRUE(item("A|windash|contains: ' -exec '", std::string("\"A\":\"x ") + dash + "exec y\"")) << dash;
    EXPECT_TRUE(item("A|contains|windash: ' /exec '", std::string("\"A\":\"x ") + dash + "exec y\"")) << dash;
  }
  EXPECT_FALSE(item("A|windash|contains: 'a-b'", R"("A":"a/b")")) << "a dash inside a word is no flag";
  EXPECT_TRUE(item("A|windash: '-a -b'", R"("A":"/a -b")"));
  EXPECT_TRUE(item("A|windash: '-a -b'", R"("A":"-a /b")"));
}

TEST(Modifiers, Comparisons) {
  EXPECT_TRUE(item("A|lt: 5", R"("A":4)"));
  EXPECT_FALSE(item("A|lt: 5", R"("A":5)"));
  EXPECT_TRUE(item("A|lte: 5", R"("A":"5")"));
  EXPECT_TRUE(item("A|gt: -1", R"("A":0)"));
  EXPECT_TRUE(item("A|gte: 2.5", R"("A":2.5)"));
  EXPECT_FALSE(item("A|gt: 5", R"("A":"abc")"));
  EXPECT_FALSE(item("A|gt: 5", R"("B":9)"));
  EXPECT_TRUE(item("A|gt|all: [5, 6]", R"("A":7)"));
}

TEST(Modifiers, TimeParts) {
  const std::string event = R"("A":"2024-12-30T23:07:09.5+05:30")";
  EXPECT_TRUE(item("A|minute: 7", event));
  EXPECT_TRUE(item("A|hour: 23", event)) << "as written, no conversion";
  EXPECT_TRUE(item("A|day: 30", event));
  EXPECT_TRUE(item("A|week: 1", event)) << "ISO 8601";
  EXPECT_TRUE(item("A|week: 53", R"("A":"2021-01-03 00:00:00")"));
  EXPECT_TRUE(item("A|month: 12", event));
  EXPECT_TRUE(item("A|year: 2024", event));
  EXPECT_TRUE(item("A|hour|gte: 22", event));
  EXPECT_FALSE(item("A|hour|lt: 22", event));
  EXPECT_FALSE(item("A|hour: 7", R"("A":"7")"));
}

TEST(Modifiers, FieldReferences) {
  EXPECT_TRUE(item("A|fieldref: B", R"("A":"X","B":"x")"));
  EXPECT_FALSE(item("A|fieldref|cased: B", R"("A":"X","B":"x")"));
  EXPECT_FALSE(item("A|fieldref: B", R"("A":"X")"));
  EXPECT_TRUE(item("A|fieldref|startswith: B", R"("A":"abc","B":"AB")"));
  EXPECT_TRUE(item("A|fieldref|endswith: B", R"("A":"abc","B":"BC")"));
  EXPECT_TRUE(item("A|fieldref|contains: B", R"("A":"abc","B":"b")"));
  EXPECT_FALSE(item("A|fieldref: B", R"("A":null,"B":null)"));
  EXPECT_TRUE(item("A|fieldref: B", R"("A":"x","B":["y","x"])"));
}

TEST(Keywords, LookAtEveryStringAndAtTheRecord) {
  const SigmaRule any = rule_of("  k: [foo, 'b?r\\baz', 4711]\n  condition: k\n");
  EXPECT_TRUE(fires(any, R"({"A":{"B":["x FOO y"]}})"));
  EXPECT_TRUE(fires(any, R"({"A":"bar\\baz"})"));
  EXPECT_TRUE(fires(any, R"({"foo":1})")) << "the record as it stands";
  EXPECT_TRUE(fires(any, R"({"A":14711})"));
  EXPECT_TRUE(fires(any, "a line of text with foo in it"));
  EXPECT_FALSE(fires(any, R"({"A":"fo o"})"));
  const SigmaRule all = rule_of("  k:\n    '|all': [foo, bar]\n  condition: k\n");
  EXPECT_TRUE(fires(all, R"({"A":"foo","B":"bar"})"));
  EXPECT_FALSE(fires(all, R"({"A":"foo","B":"ba"})"));
  EXPECT_TRUE(fires(rule_of("  k:\n    '|re': 'f[o]{2}'\n  condition: k\n"), R"({"A":"xfoox"})"));
  EXPECT_TRUE(fires(rule_of("  k: foo\n  condition: k\n"), R"({"A":"foo"})"));
}

TEST(Conditions, Precedence) {
  const std::string head = "  a: {A: 1}\n  b: {B: 1}\n  c: {C: 1}\n  condition: ";
  const auto holds = [&](const std::string& condition, const std::string& members) {
    return fires(rule_of(head + condition + "\n"), "{\"x\":0" + members + "}");
  };
  const std::string a = ",\"A\":1", b = ",\"B\":1", c = ",\"C\":1";
  EXPECT_TRUE(holds("a or b and c", a));
  EXPECT_FALSE(holds("(a or b) and c", a));
  EXPECT_TRUE(holds("not a or b", b + a));
  EXPECT_FALSE(holds("not (a or b)", b));
  EXPECT_FALSE(holds("not a and b", a + b));
  EXPECT_TRUE(holds("not not a", a));
  EXPECT_FALSE(holds("not 1 of them", a));
  EXPECT_TRUE(holds("not all of them", a));
  EXPECT_TRUE(holds("NOT b AND a", a));
  EXPECT_TRUE(holds("a and not b or c", c + b));
}

TEST(Conditions, Names) {
  const std::string head =
      "  selection_a: {A: 1}\n  selection_b: {B: 1}\n  filter: {F: 1}\n  _hidden: {H: 1}\n  notepad: {N: 1}\n  1x: {X: "
      "1}\n  "
      "all_x: {X: 1}\n  all: {Y: 1}\n  condition: ";
  const auto holds = [&](const std::string& condition, const std::string& members) {
    return fires(rule_of(head + condition + "\n"), "{" + members + "}");
  };
  EXPECT_TRUE(holds("1 of selection_*", R"("B":1)"));
  EXPECT_TRUE(holds("any of *_a", R"("A":1)"));
  EXPECT_FALSE(holds("all of selection*", R"("B":1)"));
  EXPECT_TRUE(holds("all of sel*_*", R"("A":1,"B":1)"));
  EXPECT_FALSE(holds("1 of them", R"("H":1)"));
  EXPECT_TRUE(holds("1 of _h*", R"("H":1)"));
  EXPECT_TRUE(holds("notepad", R"("N":1)"));
  EXPECT_TRUE(holds("1x and all_x", R"("X":1)"));
  EXPECT_TRUE(holds("all", R"("Y":1)"));
  EXPECT_TRUE(holds("1 of filter", R"("F":1)"));
}

TEST(Conditions, ListsAndNesting) {
  EXPECT_TRUE(fires(rule_of("  a: {A: 1}\n  b: {B: 1}\n  condition: [a, b]\n"), R"({"B":1})"));
  const SigmaRule maps = rule_of("  s:\n    - A: 1\n      B: 1\n    - C: 1\n    - [D, {E: 1}]\n  condition: s\n");
  EXPECT_TRUE(fires(maps, R"({"A":1,"B":1})"));
  EXPECT_FALSE(fires(maps, R"({"A":1})"));
  EXPECT_TRUE(fires(maps, R"({"C":1})"));
  EXPECT_TRUE(fires(maps, R"({"E":1})"));
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "not (a or ";
  deep += "a" + std::string(10'000, ')');
  EXPECT_FALSE(fires(rule_of("  a: {A: 1}\n  condition: " + deep + "\n"), R"({"A":1})"));
  EXPECT_FALSE(fires(rule_of("  a: {A: 1}\n  condition: " + deep + "\n"), R"({"B":1})") &&
               fires(rule_of("  a: {A: 1}\n  condition: not (" + deep + ")\n"), R"({"B":1})"));
}

TEST(Explanation, NamesFieldTestAndValue) {
  const SigmaRule rule = rule_of(
      "  img:\n    Image|endswith: ['\\a.exe', '\\whoami.exe']\n    CommandLine|contains|all: [x, y]\n  f:\n    User: "
      "root\n"
      "  condition: img and not f\n");
  const auto batches = read_events(R"({"Image":"C:\\Whoami.exe","CommandLine":"XY","User":"bob"})");
  EventText text(batches.at(0).events.at(0));
  const auto match = explain_rule(rule, text, {});
  ASSERT_TRUE(match);
  const std::vector<record::Why> why = {
      {"Image", "endswith", "\\whoami.exe"}, {"CommandLine", "contains", "x"}, {"CommandLine", "contains", "y"}};
  EXPECT_EQ(match->why, why);
  const std::vector<std::pair<std::string, std::string>> fields = {
      {"Image", "C:\\Whoami.exe"}, {"CommandLine", "XY"}, {"User", "bob"}};
  EXPECT_EQ(match->fields, fields);
  EventText again(batches.at(0).events.at(0));
  const auto nothing_against = explain_rule(rule_of("  f: {User: root}\n  condition: not f\n"), again, {});
  ASSERT_TRUE(nothing_against);
  EXPECT_EQ(nothing_against->why, (std::vector<record::Why>{{"", "not", "f"}}));
}

TEST(LogSources, RenamesAreSeenByTheCategoryAlone) {
  Hunter hunter(test_schema());
  hunter.add_rules(
      "title: c\nlogsource: {product: windows, category: process_creation}\ndetection:\n  s: {Image|endswith: x.exe, "
      "ProcessId: '0x10'}\n  condition: s\n",
      "c");
  hunter.add_rules(
      "title: s\nlogsource: {product: windows, service: security}\ndetection:\n  s: {NewProcessName|endswith: x.exe, "
      "ProcessId: '0x8', Image: null}\n  condition: s\n",
      "s");
  const auto matches = hunt_text(
      hunter,
      R"({"EventID":4688,"Channel":"Security","Hostname":"h","NewProcessName":"C:\\x.exe","NewProcessId":"0x10","ProcessId":"0x8"})");
  ASSERT_EQ(matches.size(), 2u);
  EXPECT_EQ(matches[0].rule.title, "c");
  EXPECT_EQ(matches[0].host, "h");
  EXPECT_EQ(matches[1].rule.title, "s");
}

RC_GTEST_PROP(Pattern, PrintingUndoesParsing, (const std::string& text)) {
  const Pattern pattern = parse_pattern(text);
  RC_ASSERT(parse_pattern(print_pattern(pattern)) == pattern);
}

/// The definition of a wildcard, by recursion.
bool matches_by_definition(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return matches_by_definition(pattern.substr(1), text) ||
           (!text.empty() && matches_by_definition(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         matches_by_definition(pattern.substr(1), text.substr(1));
}

RC_GTEST_PROP(Pattern, MatchesAsDefined, ()) {
  const auto pattern = (*rc::gen::container<std::string>(rc::gen::element('a', 'b', '*', '?'))).substr(0, 10);
  const auto text = (*rc::gen::container<std::string>(rc::gen::element('a', 'b'))).substr(0, 14);
  RC_ASSERT(match_pattern(parse_pattern(pattern), text) == matches_by_definition(pattern, text));
}

RC_GTEST_PROP(Evaluation, OrderOfItemsAndRulesNeverMatters, ()) {
  auto fields = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("A: 1", "B|contains: x", "C: null", "D|neq: 2", "E|exists: true"));
  RC_PRE(!fields.empty());
  std::set<std::string> unique(fields.begin(), fields.end());
  std::string forward, backward;
  for (const std::string& field : unique) {
    forward += "    " + field + "\n";
    backward.insert(0, "    " + field + "\n");
  }
  const auto event = *rc::gen::element<std::string>(R"({"A":1,"B":"x","D":3,"E":0})", R"({"A":1})",
                                                    R"({"C":1,"E":null})", R"({"D":2})");
  RC_ASSERT(fires(rule_of("  s:\n" + forward + "  condition: s\n"), event) ==
            fires(rule_of("  s:\n" + backward + "  condition: s\n"), event));
}

}  // namespace
}  // namespace tocsin::detect
