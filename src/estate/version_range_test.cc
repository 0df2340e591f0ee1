#include "estate/version_range.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace tocsin::estate {
namespace {

bool within(Scheme scheme, std::string_view interval, std::string_view version) {
  const auto parsed = parse_interval(scheme, interval);
  EXPECT_TRUE(parsed) << interval;
  const auto answer = is_within(scheme, *parsed, version);
  EXPECT_TRUE(answer) << version;
  return *answer;
}

TEST(Interval, HoldsItsBoundsAsWritten) {
  EXPECT_TRUE(within(Scheme::dotted, "[0.6.18,1.20.1)", "0.6.18"));
  EXPECT_TRUE(within(Scheme::dotted, "[0.6.18,1.20.1)", "1.18.0"));
  EXPECT_FALSE(within(Scheme::dotted, "[0.6.18,1.20.1)", "1.20.1"));
  EXPECT_TRUE(within(Scheme::dotted, "[1.0,1.2]", "1.2.0"));
  EXPECT_FALSE(within(Scheme::dotted, "(1.0,1.2]", "1.0.0"));
  EXPECT_TRUE(within(Scheme::dotted, "(,2)", "0.1"));
  EXPECT_TRUE(within(Scheme::dotted, "[2.4.49]", "2.4.49"));
  EXPECT_FALSE(within(Scheme::dotted, "[2.4.49]", "2.4.50"));
  EXPECT_TRUE(within(Scheme::debian, "(,1:1.2-3~deb11u1)", "1:1.2-3~deb10u9"));
  EXPECT_TRUE(within(Scheme::semver, "*", "1.0.0"));
}

TEST(Interval, IsPrintedAsItWasWritten) {
  for (const std::string_view text : {"[0.6.18,1.20.1)", "(1.0,1.2]", "(,2)", "[2,)", "[2.4.49]", "*"})
    EXPECT_EQ(print_interval(*parse_interval(Scheme::dotted, text)), text);
}

TEST(Interval, WithoutABoundTheBracketSaysNothing) {
  EXPECT_EQ(*parse_interval(Scheme::dotted, "[,2]"), *parse_interval(Scheme::dotted, "(,2]"));
  EXPECT_EQ(print_interval(*parse_interval(Scheme::dotted, "[2,]")), "[2,)");
}

TEST(Interval, RefusesNonsense) {
  for (const std::string_view text : {"", "1.0", "[1.0", "[2,1)", "[1,1)", "(1)", "[,]", "[a b!,2)", "[1,2,3)"})
    EXPECT_FALSE(parse_interval(Scheme::dotted, text)) << text;
  EXPECT_FALSE(is_within(Scheme::semver, *parse_interval(Scheme::semver, "[1.0.0,2.0.0)"), "banana"));
}

TEST(Vers, ContainsByTheSpecificationsAlgorithm) {
  const auto range = parse_vers("vers:npm/1.2.3|>=2.0.0|<5.0.0|!=5.5.0|>6.0.0");
  ASSERT_TRUE(range) << range.error().message;
  const auto in = [&](std::string_view version) { return *is_within(*range, version); };
  EXPECT_TRUE(in("1.2.3"));
  EXPECT_FALSE(in("1.2.4"));
  EXPECT_TRUE(in("2.0.0"));
  EXPECT_TRUE(in("4.9.9"));
  EXPECT_FALSE(in("5.0.0"));
  EXPECT_FALSE(in("5.5.0"));
  EXPECT_FALSE(in("6.0.0"));
  EXPECT_TRUE(in("7.0.0"));
  EXPECT_TRUE(*is_within(*parse_vers("vers:deb/<1.18.0-6.1%2Bdeb11u3"), "1.18.0-6.1"));
  EXPECT_TRUE(*is_within(*parse_vers("vers:nginx/!=1.0.0"), "1.0.1"));
  EXPECT_TRUE(*is_within(*parse_vers("vers:npm/*"), "1.0.1"));
}

TEST(Vers, NamesWhatItDoesNotOrder) {
  const auto range = parse_vers("vers:maven/>=1.0");
  ASSERT_FALSE(range);
  EXPECT_EQ(range.error().code, ErrorCode::unsupported);
  EXPECT_NE(range.error().message.find("maven"), std::string::npos);
  for (const std::string_view text :
       {"vers:npm/>=1.0.0| <2.0.0", "vers:npm/", "vers:npm/1.0.0|", "vers:npm/2.0.0|1.0.0", "vers:npm/1.0.0|1.0.0",
        "vers:NPM/1.0.0", "npm/1.0.0", "vers:npm/*|1.0.0", "vers:npm/%4"})
    EXPECT_FALSE(parse_vers(text)) << text;
}

// An interval and the vers range that means the same must agree everywhere.
TEST(Vers, AgreesWithIntervals) {
  const bool holds = rc::check("interval == vers", [] {
    const auto number = [] { return *rc::gen::inRange(0, 9); };
    const std::string low = std::to_string(number()) + "." + std::to_string(number()) + ".0";
    const std::string high = std::to_string(number()) + "." + std::to_string(number()) + ".5";
    const std::string version =
        std::to_string(number()) + "." + std::to_string(number()) + "." + std::to_string(number());
    RC_PRE(bool(*compare_versions(Scheme::semver, low, high) < 0));
    const auto interval = parse_interval(Scheme::semver, "[" + low + "," + high + ")");
    const auto range = parse_vers("vers:semver/>=" + low + "|<" + high);
    RC_ASSERT(interval.has_value() && range.has_value());
    RC_ASSERT(*is_within(Scheme::semver, *interval, version) == *is_within(*range, version));
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace tocsin::estate
