#include "stix/bundle.h"

#include <gtest/gtest.h>

namespace tocsin::stix {
namespace {

constexpr std::string_view kMixed = R"({"type":"bundle","id":"bundle--1","x_note":"kept","objects":[
{"type":"tool","spec_version":"2.1","id":"tool--1","name":"new","x_b":1.50},
{"type":"tool","id":"tool--2","labels":["remote-access"],"name":"old"},
7,
{"type":"url","id":"url--1","value":"http://a.example/"}]})";

TEST(Bundle, ReadsMixedBundlesPerObject) {
  const auto parsed = parse_bundle(kMixed, {.source = "m.json"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->bundle.id, "bundle--1");
  ASSERT_EQ(parsed->bundle.objects.size(), 3u);
  EXPECT_EQ(parsed->lifted, 1u);
  EXPECT_EQ(parsed->bundle.objects[1].strings("tool_types"), std::vector<std::string_view>{"remote-access"});
  ASSERT_EQ(parsed->skipped.size(), 1u);
  EXPECT_EQ(parsed->skipped[0].pointer, "/objects/2");
  EXPECT_EQ(parsed->skipped[0].where.line, 4u);
  EXPECT_EQ(parsed->skipped[0].where.source, "m.json");
}

TEST(Bundle, PrintingLosesNothingOf21) {
  const std::string text =
      R"({"type":"bundle","id":"bundle--1","x_note":"kept","objects":[{"type":"tool","spec_version":"2.1","id":"tool--1","name":"ü","x_b":1.50}]})";
  const auto parsed = parse_bundle(text);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(print_bundle(parsed->bundle), text);
  const auto again = parse_bundle(print_bundle_pretty(parsed->bundle));
  ASSERT_TRUE(again);
  EXPECT_EQ(print_bundle(again->bundle), text);
}

TEST(Bundle, TakesListsAndSingleObjects) {
  const auto list = parse_bundle(R"([{"type":"url","id":"url--1"},{"type":"url","id":"url--2"}])");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->bundle.objects.size(), 2u);
  const auto single = parse_bundle(R"({"type":"url","id":"url--1"})");
  ASSERT_TRUE(single);
  EXPECT_EQ(single->bundle.objects.size(), 1u);
}

TEST(Bundle, ClearErrors) {
  const auto no_json = parse_bundle("{\"type\":\"bundle\",\n \"id\": oops}", {.source = "b.json"});
  ASSERT_FALSE(no_json);
  EXPECT_EQ(no_json.error().code, ErrorCode::syntax);
  EXPECT_EQ(no_json.error().where.line, 2u);
  const auto no_stix = parse_bundle(R"({"hello":1})");
  ASSERT_FALSE(no_stix);
  EXPECT_EQ(no_stix.error().code, ErrorCode::invalid);
  EXPECT_FALSE(parse_bundle("3"));
}

TEST(Bundle, OwnIdIsStable) {
  Bundle bundle;
  EXPECT_EQ(print_bundle(bundle), print_bundle(bundle));
  EXPECT_EQ(print_bundle(bundle).find("objects"), std::string::npos) << "an empty list is no STIX";
  bundle.objects.emplace_back("tool", "tool--1");
  const auto first = print_bundle(bundle);
  EXPECT_EQ(first, print_bundle(bundle));
  bundle.objects.back().set("modified", "2020-01-01T00:00:00.000Z");
  EXPECT_NE(first.substr(0, 70), print_bundle(bundle).substr(0, 70));
}

}  // namespace
}  // namespace tocsin::stix
