#include "knowledge/importer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/hash.h"
#include "knowledge/names_extension.h"
#include "knowledge/object_names.h"

namespace tocsin::knowledge {
namespace {

constexpr std::string_view kGalaxy = R"({
  "type": "threat-actor", "source": "MISP Project", "version": 7, "uuid": "7cdff317-a673-4474-84ec-4f1754947823",
  "values": [
    {"value": "Grey Heron", "uuid": "11111111-1111-4111-8111-111111111111", "description": "Watches ponds.",
     "meta": {"synonyms": ["POND PANDA", "TA9999", "Reed Walker", ""], "country": "XK",
              "refs": ["https://example.org/heron", "https://example.org/a|b", "a book"],
              "name-attribution": ["Grey Heron:22222222-2222-4222-8222-222222222222",
                                   "POND PANDA:33333333-3333-4333-8333-333333333333", "Reed Walker"],
              "origin:TA9999": "Example Proof"},
     "related": [{"dest-uuid": "44444444-4444-4444-8444-444444444444", "type": "similar ",
                  "tags": ["estimative-language:likelihood-probability=\"likely\""]},
                 {"dest-uuid": "not-a-uuid", "type": "similar"}]},
    {"value": "  ", "uuid": "55555555-5555-4555-8555-555555555555"},
    {"value": "Nameless", "uuid": "5"},
    {"uuid": "66666666-6666-4666-8666-666666666666"}
  ]})";

std::vector<std::string> reasons(const ParsedKnowledge& knowledge) {
  std::vector<std::string> found;
  for (const SkippedRecord& skipped : knowledge.skipped) found.push_back(skipped.reason);
  std::ranges::sort(found);
  return found;
}

TEST(Galaxy, ActorsKeepWhoseNameEachIs) {
  auto knowledge = parse_knowledge(kGalaxy, "threat-actor.json");
  ASSERT_TRUE(knowledge) << print_error(knowledge.error());
  EXPECT_EQ(knowledge->format, KnowledgeFormat::misp_galaxy);
  ASSERT_EQ(knowledge->objects.size(), 1U);
  const stix::Object& heron = knowledge->objects.front();
  EXPECT_EQ(heron.id(), "intrusion-set--11111111-1111-4111-8111-111111111111");
  EXPECT_EQ(heron.string("modified"), "2015-01-01T00:00:07.000Z") << "the version stands for the date";
  const json::Value& references = *heron.find("external_references");
  EXPECT_EQ(json::print(references), R"([{"source_name":"misp-galaxy","url":"https://example.org/heron"},)"
                                     R"({"source_name":"misp-galaxy","description":"https://example.org/a|b"},)"
                                     R"({"source_name":"misp-galaxy","description":"a book"}])");
  EXPECT_EQ(extra_string(heron, "origin"), "XK");
  EXPECT_EQ(extra_string(heron, "asserted_by"), "MISP galaxy threat-actor");
  const std::vector<ObjectName> expected = {
      {.text = "Grey Heron", .relation = "name", .used_by_ref = "identity--22222222-2222-4222-8222-222222222222"},
      {.text = "POND PANDA", .relation = "same-as", .used_by_ref = "identity--33333333-3333-4333-8333-333333333333"},
      {.text = "TA9999", .relation = "same-as", .used_by = {"Example Proof"}},
      {.text = "Reed Walker", .relation = "same-as"}};
  EXPECT_EQ(object_names(heron), expected);
  const std::vector<ObjectLink> links = {{.source = "11111111-1111-4111-8111-111111111111",
                                          .relation = "similar",
                                          .target = "44444444-4444-4444-8444-444444444444",
                                          .confidence = 70}};
  EXPECT_EQ(object_links(heron), links);
}

TEST(Galaxy, WhatIsLeftOutIsCountedWithItsReason) {
  auto knowledge = parse_knowledge(kGalaxy, "threat-actor.json");
  ASSERT_TRUE(knowledge);
  EXPECT_EQ(reasons(*knowledge),
            (std::vector<std::string>{"empty synonym", "name-attribution without a producer", "no uuid", "no value",
                                      "no value", "related record without uuid or type"}));
}

TEST(Galaxy, OtherKindsBecomeTheirStixTypes) {
  const auto type_of = [](std::string_view galaxy, std::string_view value, std::string_view meta) {
    const std::string text = R"({"type": ")" + std::string(galaxy) +
                             R"(", "source": "S", "version": 1, "values": [{"value": ")" + std::string(value) +
                             R"(", "uuid": "11111111-1111-4111-8111-111111111111", "meta": )" + std::string(meta) +
                             "}]}";
    auto knowledge = parse_knowledge(text, "g.json");
    EXPECT_TRUE(knowledge) << print_error(knowledge.error());
    return knowledge->objects.front();
  };
  EXPECT_EQ(type_of("ransomware", "A", "{}").type(), "malware");
  EXPECT_EQ(type_of("ransomware", "A", "{}").boolean("is_family"), true);
  EXPECT_EQ(type_of("tool", "A", "{}").type(), "tool");
  EXPECT_EQ(type_of("producer", "A", "{}").string("identity_class"), "organization");
  EXPECT_EQ(type_of("sector", "A", "{}").string("identity_class"), "class");
  EXPECT_EQ(type_of("country", "kosovo", R"({"ISO": "XK"})").string("country"), "XK");
  EXPECT_EQ(type_of("target-information", "Kosovo", R"({"iso-code": ["XK", "XKX"]})").string("country"), "XK");
  EXPECT_EQ(type_of("region", "145 - Western Asia", "{}").string("region"), "western asia");
}

TEST(Galaxy, AUuidThatStixDoesNotAllowIsRenamedEverywhere) {
  auto knowledge = parse_knowledge(R"({"type": "tool", "source": "S", "version": 1, "values": [
    {"value": "New", "uuid": "019514DC-c894-751f-8cfd-ff2b932ff451"},
    {"value": "Old", "uuid": "11111111-1111-4111-8111-111111111111",
     "related": [{"dest-uuid": "019514dc-c894-751f-8cfd-ff2b932ff451", "type": "similar"}]}]})",
                                   "g.json");
  ASSERT_TRUE(knowledge);
  ASSERT_EQ(knowledge->objects.size(), 2U);
  const std::string_view uuid = uuid_of_id(knowledge->objects[0].id());
  EXPECT_EQ(uuid_version(*parse_uuid(uuid)), 5);
  ASSERT_EQ(object_links(knowledge->objects[1]).size(), 1U);
  EXPECT_EQ(object_links(knowledge->objects[1])[0].target, uuid);
}

TEST(Galaxy, UnknownTypesAndWildVersionsAreClearErrors) {
  auto unknown = parse_knowledge(R"({"type": "cert-eu-govsector", "values": []})", "g.json");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::unsupported);
  EXPECT_NE(unknown.error().message.find("cert-eu-govsector"), std::string::npos);
  for (const std::string_view version : {"-1", "99999999999999"}) {
    auto wild = parse_knowledge(R"({"type": "tool", "version": )" + std::string(version) + R"(, "values": []})", "g");
    ASSERT_FALSE(wild);
    EXPECT_EQ(wild.error().code, ErrorCode::invalid);
  }
}

TEST(MicrosoftNames, AByteOrderMarkIsNoObstacle) {
  const std::string text =
      "\xEF\xBB\xBF"
      R"([
    {"Threat actor name": "Mauve Typhoon", "Origin/Threat": "Atlantis", "Other names": "DEV-0042, POND PANDA , ,Storm-0042, Storm-x"},
    {"Threat actor name": "Quiet Tempest", "Origin/Threat": "", "Other names": ""},
    {"Origin/Threat": "nobody"}])";
  auto knowledge = parse_knowledge(text, "ms.json");
  ASSERT_TRUE(knowledge) << print_error(knowledge.error());
  EXPECT_EQ(knowledge->format, KnowledgeFormat::microsoft_names);
  ASSERT_EQ(knowledge->objects.size(), 2U);
  EXPECT_EQ(reasons(*knowledge), std::vector<std::string>{"no threat actor name"});
  const std::vector<ObjectName> expected = {{.text = "Mauve Typhoon", .relation = "name", .used_by = {"Microsoft"}},
                                            {.text = "DEV-0042", .relation = "same-as", .used_by = {"Microsoft"}},
                                            {.text = "POND PANDA", .relation = "same-as"},
                                            {.text = "Storm-0042", .relation = "same-as", .used_by = {"Microsoft"}},
                                            {.text = "Storm-x", .relation = "same-as"}};
  EXPECT_EQ(object_names(knowledge->objects.front()), expected);
  EXPECT_EQ(extra_string(knowledge->objects.front(), "origin"), "Atlantis");
  EXPECT_FALSE(extra_string(knowledge->objects.back(), "origin"));
}

TEST(StixImport, NamesOfAnAttackGroupCiteTheirSource) {
  auto knowledge = parse_knowledge(R"json({"type": "bundle", "id": "bundle--11111111-1111-4111-8111-111111111111",
    "spec_version": "2.0", "objects": [
     {"type": "intrusion-set", "id": "intrusion-set--11111111-1111-4111-8111-111111111111",
      "created": "2020-01-01T00:00:00.000Z", "modified": "2020-01-01T00:00:00.000Z", "name": "heron",
      "created_by_ref": "identity--22222222-2222-4222-8222-222222222222", "aliases": ["heron", "Pond Panda"],
      "external_references": [{"source_name": "mitre-attack", "external_id": "G9999"},
        {"source_name": "Pond Panda", "description": "(Citation: Example Reeds 2020)(Citation: Other Reeds 2021)"}]},
     "no object"]})json",
                                   "a.json");
  ASSERT_TRUE(knowledge) << print_error(knowledge.error());
  EXPECT_EQ(knowledge->skipped.size(), 1U);
  ASSERT_EQ(knowledge->objects.size(), 1U);
  const std::vector<ObjectName> expected = {
      {.text = "heron", .relation = "name", .used_by_ref = "identity--22222222-2222-4222-8222-222222222222"},
      {.text = "Pond Panda", .relation = "same-as", .reference = "Example Reeds 2020; Other Reeds 2021"},
      {.text = "G9999", .relation = "external-id"}};
  EXPECT_EQ(object_names(knowledge->objects.front()), expected);
}

TEST(Import, WhatIsNoKnowledgeIsRefusedWithAPlace) {
  EXPECT_EQ(parse_knowledge("", "a").error().code, ErrorCode::unsupported);
  EXPECT_EQ(parse_knowledge("a: b", "a").error().code, ErrorCode::unsupported);
  EXPECT_EQ(parse_knowledge("{}", "a").error().code, ErrorCode::invalid);
  EXPECT_EQ(parse_knowledge("[1]", "a")->objects.size(), 0U);
  EXPECT_EQ(parse_knowledge("[1]", "a")->skipped.size(), 1U);
  auto broken = parse_knowledge("{\"type\": \"bundle\",\n \"objects\": [}", "a");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::syntax);
  EXPECT_EQ(broken.error().where.line, 2U);
}

}  // namespace
}  // namespace tocsin::knowledge
