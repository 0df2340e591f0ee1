#include "stix/marking.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace tocsin::stix {
namespace {

Object object(std::string_view text) { return *Object::make(*json::parse(text)); }

constexpr const char* kGreen1 = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da";
constexpr const char* kRed2 = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";
constexpr const char* kClear2 = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487";

Object tool(const std::string& members) {
  return object(
      R"({"type":"tool","spec_version":"2.1","id":"tool--1","created":"2020-01-01T00:00:00.000Z","modified":"2020-01-01T00:00:00.000Z","name":"N","description":"D","labels":["a","b","c"])" +
      members + "}");
}
std::string refs(const std::vector<std::string>& ids) {
  std::string out = R"(,"object_marking_refs":[)";
  for (const auto& id : ids) out += (out.back() == '[' ? "\"" : ",\"") + id + "\"";
  return out + "]";
}
std::string granular(const std::string& id, const std::string& selectors) {
  return R"({"marking_ref":")" + id + R"(","selectors":[)" + selectors + "]}";
}

TEST(Marking, NamesBothWays) {
  for (const auto tlp : {Tlp::clear, Tlp::green, Tlp::amber, Tlp::amber_strict, Tlp::red}) {
    EXPECT_EQ(parse_tlp(tlp_name(tlp)), tlp);
    EXPECT_EQ(tlp_of_id(tlp2_id(tlp)), tlp);
  }
  EXPECT_EQ(parse_tlp("TLP:White"), Tlp::clear);
  EXPECT_EQ(parse_tlp(" tlp:AMBER+STRICT"), Tlp::amber_strict);
  EXPECT_EQ(parse_tlp("closed"), std::nullopt);
  EXPECT_EQ(parse_tlp("ultraviolet"), std::nullopt);
  EXPECT_EQ(tlp2_id(Tlp::closed), "");
}

TEST(Marking, PublishedDefinitionReadsBack) {
  const Object amber = make_tlp2_definition(Tlp::amber_strict);
  EXPECT_EQ(
      json::print(amber.json()),
      R"({"type":"marking-definition","spec_version":"2.1","id":"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003","created":"2022-10-01T00:00:00.000Z","name":"TLP:AMBER+STRICT","extensions":{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":{"extension_type":"property-extension","tlp_2_0":"amber+strict"}}})");
}

TEST(Marking, FixedIdsAreKnownAndCannotBeRedefined) {
  MarkingTable table;
  table.add(object(
      R"({"type":"marking-definition","id":"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed","definition_type":"tlp","definition":{"tlp":"white"}})"));
  EXPECT_EQ(table.level("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"), Tlp::red);
  EXPECT_EQ(table.level(kGreen1), Tlp::green);
}

TEST(Marking, UnknownIsClosed) {
  MarkingTable table;
  EXPECT_EQ(table.level("marking-definition--00000000-0000-4000-8000-000000000000"), Tlp::closed);
  table.add(object(R"({"type":"marking-definition","id":"m--1","definition_type":"iep","definition":{"x":1}})"));
  EXPECT_EQ(table.level("m--1"), Tlp::closed);
  table.add(object(
      R"({"type":"marking-definition","id":"m--2","definition_type":"statement","definition":{"statement":"ours"}})"));
  EXPECT_EQ(table.level("m--2"), Tlp::clear);
  table.add(object(R"({"type":"marking-definition","id":"m--2","extensions":{"extension-definition--other":{}}})"));
  EXPECT_EQ(table.level("m--2"), Tlp::closed) << "the stricter of two definitions";
  EXPECT_EQ(object_level(tool(""), table), Tlp::closed);
  EXPECT_EQ(object_level(tool(""), table, {.unmarked = Tlp::clear}), Tlp::clear);
  EXPECT_EQ(object_level(tool(R"(,"object_marking_refs":"oops")"), table, {.unmarked = Tlp::clear}), Tlp::closed);
}

TEST(Marking, MostRestrictiveWins) {
  MarkingTable table;
  EXPECT_EQ(object_level(tool(refs({kGreen1, kRed2, kClear2})), table), Tlp::red);
  const Object mixed = tool(refs({kGreen1}) + R"(,"granular_markings":[)" + granular(kRed2, R"("description")") + "," +
                            granular(kClear2, R"("labels.[1]")") + R"(,{"lang":"de","selectors":["name"]}])");
  EXPECT_EQ(object_level(mixed, table), Tlp::green);
  EXPECT_EQ(strictest_level(mixed, table), Tlp::red);
  EXPECT_EQ(property_level(mixed, "description", table), Tlp::red);
  EXPECT_EQ(property_level(mixed, "name", table), Tlp::green);
  EXPECT_EQ(property_level(mixed, "labels.[1]", table), Tlp::green);
  EXPECT_EQ(property_level(mixed, "labels..", table), Tlp::closed);
}

TEST(Marking, GranularMarkingsReachUpAndDown) {
  MarkingTable table;
  const Object marked = tool(R"(,"granular_markings":[)" + granular(kGreen1, R"("labels")") + "]");
  EXPECT_EQ(property_level(marked, "labels.[0]", table), Tlp::green);
  EXPECT_EQ(property_level(marked, "name", table), Tlp::closed);
  const Object item = tool(refs({kClear2}) + R"(,"granular_markings":[)" + granular(kRed2, R"("labels.[2]")") + "]");
  EXPECT_EQ(property_level(item, "labels", table), Tlp::red);
  EXPECT_EQ(property_level(item, "labels.[1]", table), Tlp::clear);
}

TEST(Marking, UnreadableGranularMarkingClosesTheObject) {
  MarkingTable table;
  for (const auto* bad :
       {R"({"marking_ref":"x"})",
        R"({"marking_ref":"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487","selectors":["[0]"]})",
        R"({"selectors":["name"]})"}) {
    const Object object = tool(refs({kClear2}) + R"(,"granular_markings":[)" + bad + "]");
    EXPECT_EQ(strictest_level(object, table), Tlp::closed) << bad;
    EXPECT_EQ(redact(object, table, Tlp::red).has_value() && std::string(bad).find("name") == std::string::npos, false)
        << bad;
  }
}

TEST(Marking, RedactTakesWhatIsAboveTheClearance) {
  MarkingTable table;
  const Object mixed = tool(refs({kClear2}) + R"(,"granular_markings":[)" +
                            granular(kRed2, R"("description","labels.[0]","labels.[2]")") + "," +
                            granular(kGreen1, R"("labels.[1]")") + "]");
  const auto redacted = redact(mixed, table, Tlp::green);
  ASSERT_TRUE(redacted);
  EXPECT_EQ(redacted->find("description"), nullptr);
  EXPECT_EQ(redacted->strings("labels"), std::vector<std::string_view>{"b"});
  EXPECT_EQ(
      json::print(*redacted->find("granular_markings")),
      R"([{"marking_ref":"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da","selectors":["labels.[0]"]}])");
  const auto clear = redact(mixed, table, Tlp::clear);
  ASSERT_TRUE(clear);
  EXPECT_EQ(clear->find("labels"), nullptr) << "an empty list is no STIX";
  EXPECT_EQ(clear->find("granular_markings"), nullptr);
  EXPECT_FALSE(redact(tool(refs({kRed2})), table, Tlp::green));
  EXPECT_FALSE(redact(tool(refs({kClear2}) + R"(,"granular_markings":[)" + granular(kRed2, R"("name")") + "]"), table,
                      Tlp::green))
      << "name is required";
  EXPECT_EQ(redact(mixed, table, Tlp::red)->json(), mixed.json());
}

TEST(Marking, NothingAboveTheClearanceSurvivesRedaction) {
  const bool holds = rc::check("what is left is marked at or under the clearance", [] {
    const std::vector<std::string> selectors = {"name",       "description", "labels",
                                                "labels.[0]", "labels.[1]",  "labels.[2]"};
    std::string list;
    const int count = *rc::gen::inRange(0, 5);
    for (int i = 0; i < count; ++i) {
      const auto tlp = static_cast<Tlp>(*rc::gen::inRange(0, 5));
      if (!list.empty()) list += ",";
      list += granular(std::string(tlp2_id(tlp)),
                       "\"" + selectors[static_cast<std::size_t>(*rc::gen::inRange(0, 6))] + "\"");
    }
    const Object object = tool(refs({kClear2}) + (list.empty() ? "" : R"(,"granular_markings":[)" + list + "]"));
    MarkingTable table;
    const auto clearance = static_cast<Tlp>(*rc::gen::inRange(0, 5));
    const auto redacted = redact(object, table, clearance);
    if (redacted) RC_ASSERT(strictest_level(*redacted, table) <= clearance);
    if (strictest_level(object, table) <= clearance) RC_ASSERT(redacted && redacted->json() == object.json());
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace tocsin::stix
