#include "stix/selector.h"

#include <gtest/gtest.h>

namespace tocsin::stix {
namespace {

TEST(Selector, ReadsTheFormsOfTheSpecification) {
  ASSERT_TRUE(parse_selector("description"));
  const auto selector = parse_selector("external_references.[0].source_name");
  ASSERT_TRUE(selector);
  EXPECT_EQ(*selector, (Selector{std::string("external_references"), std::size_t{0}, std::string("source_name")}));
  EXPECT_TRUE(parse_selector("extensions.windows-pebinary-ext.sections.[12]"));
}

TEST(Selector, RefusesEverythingElse) {
  for (const auto* text : {"", ".", "a.", ".a", "a..b", "[0]", "labels[0]", "labels.[x]", "labels.[-1]", "labels.[]",
                           "labels.[01]", "labels.[0", "a b", "labels.[99999999999999999999999]"}) {
    EXPECT_FALSE(parse_selector(text)) << text;
  }
  std::string deep = "a";
  for (int i = 0; i < 100; ++i) deep += ".a";
  EXPECT_FALSE(parse_selector(deep));
}

TEST(Selector, ResolvesOnlyWhatIsThere) {
  const auto object =
      *json::parse(R"({"description":"d","labels":["x","y"],"external_references":[{"source_name":"cve"}]})");
  const auto resolve = [&](std::string_view text) { return resolve_selector(object, *parse_selector(text)); };
  ASSERT_NE(resolve("external_references.[0].source_name"), nullptr);
  EXPECT_EQ(*resolve("external_references.[0].source_name")->string(), "cve");
  EXPECT_NE(resolve("labels"), nullptr);
  EXPECT_EQ(resolve("pattern"), nullptr);
  EXPECT_EQ(resolve("external_references.[3]"), nullptr);
  EXPECT_EQ(resolve("description.[0]"), nullptr);
  EXPECT_EQ(resolve("labels.name"), nullptr);
}

TEST(Selector, Covers) {
  const auto labels = *parse_selector("labels");
  const auto first = *parse_selector("labels.[0]");
  EXPECT_TRUE(covers(labels, first));
  EXPECT_TRUE(covers(labels, labels));
  EXPECT_FALSE(covers(first, labels));
  EXPECT_FALSE(covers(*parse_selector("lab"), labels));
}

}  // namespace
}  // namespace tocsin::stix
