#include "stix/pattern.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace tocsin::stix::pattern {
namespace {

std::string reprinted(std::string_view text, const Options& options = {}) {
  const auto parsed = parse(text, options);
  return parsed ? print(*parsed) : "error: " + print_error(parsed.error());
}

TEST(Pattern, PrintsWhatItReads) {
  for (const auto* text :
       {"[file:size = 25536]",
        "[ipv4-addr:value = '198.51.100.1/32' OR ipv4-addr:value = '203.0.113.33/32']",
        "[file:hashes.'SHA-256' = 'ab' AND file:mime_type = 'application/x-pdf']",
        ("([file:name = 'foo.dll'] FOLLOWEDBY [windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\foo']) WITHIN 300 "
         "SECONDS"),
        "[file:extensions.'windows-pebinary-ext'.sections[*].entropy > 7.0]",
        "[network-traffic:protocols[0] NOT IN ('tcp', 'udp')]",
        "[file:size NOT = -5]",
        "[artifact:payload_bin = h'ffc3' OR artifact:payload_bin = b'ABI=']",
        "[EXISTS windows-registry-key:values]",
        "[NOT EXISTS file:name]",
        "[(file:name = 'a' OR file:size = 3) AND file:created = t'2014-01-13T07:03:17Z']",
        "[process:name LIKE '%a_' OR process:name MATCHES '^x$'] REPEATS 5 TIMES WITHIN 1800 SECONDS",
        "[ipv4-addr:value ISSUBSET '198.51.100.0/24' AND ipv4-addr:value ISSUPERSET '198.51.100.0/27']",
        "[file:name = 'a'] START t'2016-06-01T00:00:00Z' STOP t'2016-07-01T00:00:00Z'",
        "([file:name = 'a'] AND [file:name = 'b']) OR [file:name = 'c']",
        "(([file:name = 'a'] WITHIN 5 SECONDS)) WITHIN 10 SECONDS",
        "[x:is_y = true AND x:is_z != false]",
        "[x-usb-device:usbdrive.serial_number = '575833']",
        "[file:name IN ()]",
        "[file:size <= 1.5 OR file:size >= 2]",
        "[a:b = 1] FOLLOWEDBY [a:b = 2] REPEATS 5 TIMES",
        "[a:b = 1] WITHIN 0.25 SECONDS"}) {
    const auto once = reprinted(text);
    EXPECT_EQ(once.find("error"), std::string::npos) << text << " → " << once;
    EXPECT_EQ(reprinted(once), once) << text;
  }
  EXPECT_EQ(reprinted("[  file:name='it\\'s \\\\ '  ]"), "[file:name = 'it\\'s \\\\ ']");
  EXPECT_EQ(reprinted("[a:b == 1 OR a:c <> 2]"), "[a:b = 1 OR a:c != 2]");
  EXPECT_EQ(reprinted("/* why */ [a:b = 1] // so"), "[a:b = 1]");
  EXPECT_EQ(reprinted("[a:b\u00a0=\u30001]"), "[a:b = 1]");
}

TEST(Pattern, AndBindsTighterThanOrThanFollowedBy) {
  EXPECT_EQ(reprinted("[a:b = 1] AND [a:b = 2] OR [a:b = 3] FOLLOWEDBY [a:b = 4]"),
            "(([a:b = 1] AND [a:b = 2]) OR [a:b = 3]) FOLLOWEDBY [a:b = 4]");
  EXPECT_EQ(reprinted("[a:b = 1 OR a:b = 2 AND a:c = 3]"), "[a:b = 1 OR (a:b = 2 AND a:c = 3)]");
}

TEST(Pattern, QualifierBindsToTheObservationBeforeIt) {
  const auto parsed = parse("[a:b = 1] FOLLOWEDBY [a:c = 1] REPEATS 5 TIMES");
  ASSERT_TRUE(parsed);
  const auto& list = std::get<std::vector<Observation>>(parsed->root.content);
  EXPECT_TRUE(parsed->root.qualifiers.empty());
  EXPECT_TRUE(list[0].qualifiers.empty());
  ASSERT_EQ(list[1].qualifiers.size(), 1u);
  EXPECT_EQ(std::get<Repeats>(list[1].qualifiers[0]).times, 5u);
}

TEST(Pattern, ReadsConstants) {
  const auto parsed = parse("[a:b IN (b'AAECAw==', h'fF00')]");
  ASSERT_TRUE(parsed) << print_error(parsed.error());
  const auto& comparison = std::get<Comparison>(std::get<BooleanExpression>(parsed->root.content).content);
  EXPECT_EQ(std::get<BinaryConstant>(comparison.constants[0]).bytes, std::string("\0\1\2\3", 4));
  EXPECT_EQ(std::get<BinaryConstant>(comparison.constants[1]).bytes, "\xff" + std::string(1, '\0'));
}

struct Wrong {
  std::string_view text;
  std::uint64_t offset;
};

TEST(Pattern, RefusesWithThePlace) {
  for (const auto& [text, offset] : std::initializer_list<Wrong>{
           {"", 0},
           {"file:name = 'a'", 0},
           {"[]", 1},
           {"[file:name = 'a'", 16},
           {"[file:name 'a']", 11},
           {"[file = 'a']", 6},
           {"[file:name = \"a\"]", 13},
           {"[file:name = 'a' AND]", 20},
           {"[file:name = 'a\\x']", 15},
           {"[file:name = 'a]", 13},
           {"[file:name = t'2014-13-13T07:03:17Z']", 13},
           {"[file:name = h'abc']", 13},
           {"[file:name = b'a']", 13},
           {"[file:hashes.SHA-256 = 'a']", 13},
           {"[file:size = 05]", 13},
           {"[file:size = +5]", 13},
           {"[file:size = 5x]", 13},
           {"[file:size = 99999999999999999999]", 13},
           {"[file:name = 'a'] WITHIN 0 SECONDS", 25},
           {"[file:name = 'a'] REPEATS 0 TIMES", 26},
           {"[file:name = 'a'] REPEATS 1.5 TIMES", 26},
           {"[file:name = 'a'] WITHIN 5 MINUTES", 27},
           {"[file:name = 'a'] WITHIN 5 SECONDS WITHIN 6 SECONDS", 35},
           {"[file:name = 'a'] START '2016-06-01T00:00:00Z' STOP '2016-07-01T00:00:00Z'", 24},
           {"[file:name = 'a'] START t'2016-06-01T00:00:00Z' STOP t'2016-06-01T00:00:00Z'", 53},
           {"[file:name = 'a' AND url:value = 'b']", 1},
           {"[file:name IN ('a', 5)]", 14},
           {"[file:name LIKE 5]", 16},
           {"[ipv4-addr:value ISSUBSET 'here']", 26},
           {"[NOT file:name = 'a']", 5},
           {"[file:name = 'a'] [file:name = 'b']", 18},
           {"[file:name = 'a']]", 17},
           {"[file:name[-1] = 'a']", 11},
           {"[file:name = true false]", 18},
           {"[AND:name = 'a']", 1},
           {"/* no end", 0},
           {"[file:name = 'a'] \xc3\xa9", 18}}) {
    const auto parsed = parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().where.offset, offset) << text << ": " << parsed.error().message;
  }
}

TEST(Pattern, TakesTheTimesOf20WhereAsked) {
  constexpr std::string_view kText = "[a:b = 1] START '2016-06-01T00:00:00Z' STOP '2016-07-01T00:00:00Z'";
  EXPECT_FALSE(parse(kText));
  EXPECT_EQ(reprinted(kText, {.version_20 = true}),
            "[a:b = 1] START t'2016-06-01T00:00:00Z' STOP t'2016-07-01T00:00:00Z'");
}

TEST(Pattern, OrMayJoinTypesThatAndMayNot) {
  EXPECT_TRUE(parse("[file:name = 'a' OR url:value = 'b']"));
  EXPECT_TRUE(parse("[(file:name = 'a' OR url:value = 'b') AND url:value = 'c']"));
  EXPECT_FALSE(parse("[(file:name = 'a' OR url:value = 'b') AND mutex:name = 'c']"));
}

TEST(Pattern, NestingIsBounded) {
  const auto nested = [](std::size_t depth) {
    return "[" + std::string(depth, '(') + "a:b = 1" + std::string(depth, ')') + "]";
  };
  EXPECT_TRUE(parse(nested(100)));
  const auto deep = parse(nested(100'000));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, ErrorCode::limit_exceeded);
  EXPECT_FALSE(parse(std::string(100'000, '(') + "[a:b = 1]"));
  EXPECT_FALSE(parse(std::string(2 << 20, ' ')));
}

/// A random expression as text, with parentheses everywhere.
std::string any_boolean(int depth) {
  if (depth == 0 || *rc::gen::inRange(0, 3) == 0) {
    const auto constant = *rc::gen::element<std::string>("'x'", "'it\\'s'", "5", "-7", "2.5", "true", "h'00ff'",
                                                         "b'AAEC'", "t'2020-01-01T00:00:00Z'");
    const auto path = *rc::gen::element<std::string>("a:b", "a:b[*].c", "a:'x-y'[3]", "a:b.c_d");
    const auto op = *rc::gen::element<std::string>("=", "!=", "<", ">=", "NOT =");
    return path + " " + op + " " + constant;
  }
  const auto join = *rc::gen::element<std::string>(" AND ", " OR ");
  return "(" + any_boolean(depth - 1) + join + any_boolean(depth - 1) + ")";
}
std::string any_observation(int depth) {
  std::string text;
  if (depth == 0 || *rc::gen::inRange(0, 3) == 0) {
    text = "[" + any_boolean(2) + "]";
  } else {
    const auto join = *rc::gen::element<std::string>(" AND ", " OR ", " FOLLOWEDBY ");
    text = "(" + any_observation(depth - 1) + join + any_observation(depth - 1) + ")";
  }
  if (*rc::gen::inRange(0, 3) == 0) text += " REPEATS " + std::to_string(*rc::gen::inRange(1, 9)) + " TIMES";
  if (*rc::gen::inRange(0, 3) == 0) text += " WITHIN " + std::to_string(*rc::gen::inRange(1, 9)) + " SECONDS";
  return text;
}

TEST(Pattern, ParseOfPrintIsStable) {
  const bool holds = rc::check("print(parse(print(parse(x)))) == print(parse(x))", [] {
    const auto text = any_observation(3);
    const auto parsed = parse(text);
    RC_ASSERT(parsed.has_value());
    const auto once = print(*parsed);
    const auto again = parse(once);
    RC_ASSERT(again.has_value());
    RC_ASSERT(print(*again) == once);
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace tocsin::stix::pattern
