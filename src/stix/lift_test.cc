#include "stix/lift.h"

#include <gtest/gtest.h>

#include "stix/identifier.h"

namespace tocsin::stix {
namespace {

json::Value parsed(std::string_view text) { return *json::parse(text); }
std::string lifted(std::string_view text) { return json::print(lift_object(parsed(text)).parts.front().value); }

TEST(Lift, KnowsWhatIs20) {
  EXPECT_TRUE(is_stix_20(parsed(R"({"type":"malware","id":"malware--1","labels":["bot"]})")));
  EXPECT_TRUE(is_stix_20(parsed(R"({"type":"report","id":"report--1","object_refs":["x"]})")));
  EXPECT_TRUE(is_stix_20(parsed(R"({"type":"x-old","id":"x-old--1","created":"2020-01-01T00:00:00.000Z"})")));
  for (const auto* text :
       {R"({"type":"malware","spec_version":"2.1","id":"malware--1"})", R"({"type":"note","id":"note--1"})",
        R"({"type":"url","id":"url--1","value":"x"})", R"({"type":"x-sco","id":"x-sco--1"})", R"({"id":"x"})", "[]"}) {
    EXPECT_FALSE(is_stix_20(parsed(text))) << text;
  }
}

TEST(Lift, KnowsWhatIsBetweenTheVersions) {
  for (const auto* text : {R"({"type":"malware","id":"malware--1","is_family":true})",
                           R"({"type":"indicator","id":"indicator--1","pattern_type":"stix"})",
                           R"({"type":"observed-data","id":"o--1","object_refs":["url--1"]})"}) {
    EXPECT_TRUE(is_stix_20(parsed(text)) && has_stix_21_properties(parsed(text))) << text;
  }
  EXPECT_FALSE(has_stix_21_properties(parsed(R"({"type":"report","id":"r--1","object_refs":["x"]})")));
  EXPECT_FALSE(has_stix_21_properties(parsed(R"({"type":"threat-actor","id":"t--1","roles":["agent"]})")));
}

TEST(Lift, LabelsThatAreTypesMove) {
  EXPECT_EQ(
      lifted(R"({"type":"malware","id":"malware--1","name":"M","labels":["bot","acme"]})"),
      R"({"type":"malware","spec_version":"2.1","id":"malware--1","name":"M","labels":["acme"],"malware_types":["bot"],"is_family":true})");
  EXPECT_EQ(lifted(R"({"type":"threat-actor","id":"t--1","labels":["spy"]})"),
            R"({"type":"threat-actor","spec_version":"2.1","id":"t--1","threat_actor_types":["spy"]})");
  EXPECT_EQ(lifted(R"({"type":"tool","id":"t--1","labels":["acme"]})"),
            R"({"type":"tool","spec_version":"2.1","id":"t--1","labels":["acme"]})");
  EXPECT_EQ(lifted(R"({"type":"report","id":"r--1","labels":["campaign"]})"),
            R"({"type":"report","spec_version":"2.1","id":"r--1","report_types":["campaign"]})");
  EXPECT_EQ(lifted(R"({"type":"identity","id":"i--1","labels":["CEO"]})"),
            R"({"type":"identity","spec_version":"2.1","id":"i--1","roles":["CEO"]})");
}

TEST(Lift, IndicatorsSayInWhichLanguageTheyAre) {
  EXPECT_EQ(
      lifted(R"({"type":"indicator","id":"i--1","labels":["benign"],"pattern":"[a:b = 1]","x_k":1.0})"),
      R"({"type":"indicator","spec_version":"2.1","id":"i--1","pattern":"[a:b = 1]","x_k":1.0,"indicator_types":["benign"],"pattern_type":"stix","pattern_version":"2.0"})");
}

TEST(Lift, ContainerBecomesObjects) {
  const auto result =
      lift_object(parsed(R"({"type":"observed-data","id":"observed-data--1","number_observed":1,"objects":{
    "0":{"type":"network-traffic","src_ref":"1","dst_ref":"2","protocols":["tcp"]},
    "1":{"type":"ipv4-addr","value":"198.51.100.3"},
    "2":{"type":"domain-name","value":"example.com","resolves_to_refs":["1"]},
    "3":{"type":"file","name":"a","created":"2020-01-01T00:00:00Z","is_encrypted":true,"parent_directory_ref":"9"},
    "4":{"type":"process","pid":3,"binary_ref":"3"},
    "5":{"no":"type"}}})"));
  ASSERT_EQ(result.parts.size(), 6u);
  EXPECT_EQ(result.parts[1].pointer, "/objects/0");
  const auto& traffic = result.parts[1].value;
  EXPECT_EQ(*traffic.find_string("src_ref"), "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
  EXPECT_EQ(*traffic.find_string("dst_ref"), "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7");
  EXPECT_EQ(*traffic.find_string("id"), *make_deterministic_id("network-traffic", traffic));
  EXPECT_EQ(*result.parts[4].value.find_string("ctime"), "2020-01-01T00:00:00Z");
  const auto& process = result.parts[5].value;
  EXPECT_EQ(process.find_string("image_ref")->substr(0, 6), "file--");
  EXPECT_EQ(uuid_version(parse_identifier(*process.find_string("id"))->uuid), 4);
  const auto& observed = result.parts[0].value;
  EXPECT_EQ(observed.find("objects"), nullptr);
  EXPECT_EQ(observed.find("object_refs")->array()->size(), 5u);
  std::vector<std::string> rules;
  for (const auto& note : result.notes) rules.push_back(note.rule + note.pointer);
  EXPECT_EQ(rules, (std::vector<std::string>{"stix-2.0/lift/not-an-observable/objects/5",
                                             "stix-2.0/lift/no-such-property/objects/3",
                                             "stix-2.0/lift/dangling-local-reference/objects/3"}));
}

TEST(Lift, SameInputSameIds) {
  constexpr auto kText =
      R"({"type":"observed-data","id":"observed-data--1","objects":{"0":{"type":"process","pid":1}}})";
  EXPECT_EQ(lift_object(parsed(kText)).parts[1].value, lift_object(parsed(kText)).parts[1].value);
}

TEST(Lift, CyclesAndTwinsEnd) {
  const auto cycle = lift_object(parsed(R"({"type":"observed-data","id":"o--1","objects":{
    "0":{"type":"file","name":"a","parent_directory_ref":"1"},"1":{"type":"directory","path":"/","contains_refs":["0"]},
    "2":{"type":"network-traffic","src_ref":"3","protocols":["x"]},"3":{"type":"network-traffic","src_ref":"2","protocols":["x"]}}})"));
  EXPECT_EQ(cycle.parts.size(), 5u);
  for (const auto& part : cycle.parts) EXPECT_NE(part.value.find_string("id"), nullptr);
  EXPECT_EQ(*cycle.parts[3].value.find_string("src_ref"), *cycle.parts[4].value.find_string("id"));
  const auto twins = lift_object(parsed(
      R"({"type":"observed-data","id":"o--1","objects":{"0":{"type":"url","value":"u"},"1":{"type":"url","value":"u"}}})"));
  EXPECT_EQ(twins.parts.size(), 2u);
  EXPECT_EQ(twins.parts[0].value.find("object_refs")->array()->size(), 1u);
}

TEST(Lift, HeadersBecomeLists) {
  const auto result = lift_object(parsed(
      R"({"type":"observed-data","id":"o--1","objects":{"0":{"type":"email-message","is_multipart":false,"additional_header_fields":{"X":"a","Y":["b"]}}}})"));
  EXPECT_EQ(json::print(*result.parts[1].value.find("additional_header_fields")), R"({"X":["a"],"Y":["b"]})");
}

}  // namespace
}  // namespace tocsin::stix
