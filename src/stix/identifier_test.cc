#include "stix/identifier.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace tocsin::stix {
namespace {

json::Value parsed(std::string_view text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value) << (value ? "" : print_error(value.error()));
  return value ? *std::move(value) : json::Value{};
}

TEST(Identifier, ReadsTypeAndUuid) {
  const auto id = parse_identifier("x509-certificate--b595eaf0-0b28-5dad-9e8e-0fab9c1facc9");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->type, "x509-certificate");
  EXPECT_EQ(uuid_version(id->uuid), 5);
}

TEST(Identifier, RefusesWhatIsNone) {
  for (const auto* text :
       {"", "indicator", "indicator--", "--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "Indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "indicator--8e2e2d2b17d44cbf938f98ee46b3cd3f",
        "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3g", "indicator-8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f ", "in_dicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"}) {
    EXPECT_FALSE(parse_identifier(text)) << text;
  }
}

// One object a line, with the id that the algorithm of §2.9 gives; made with an independent implementation.
TEST(Identifier, DeterministicIdsOfAllTypesThatHaveThem) {
  auto file = read_file(TOCSIN_SOURCE_DIR "/tests/golden/stix/sco_ids.jsonl");
  ASSERT_TRUE(file);
  std::string_view text = file->view();
  int count = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto object = parsed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto made = make_deterministic_id(*object.find_string("type"), object);
    ASSERT_TRUE(made);
    EXPECT_EQ(*made, *object.find_string("id"));
    ++count;
  }
  EXPECT_EQ(count, 19);
}

TEST(Identifier, OneHashByPreferenceThenByName) {
  const std::string md5 = R"({"MD5":"d41d8cd98f00b204e9800998ecf8427e"})";
  const auto with = [](const std::string& hashes) { return parsed(R"({"type":"file","hashes":)" + hashes + "}"); };
  const auto id = make_deterministic_id("file", with(md5));
  ASSERT_TRUE(id);
  EXPECT_EQ(*id, *make_deterministic_id(
                     "file", with(R"({"SHA-256":"00","SHA-1":"11","MD5":"d41d8cd98f00b204e9800998ecf8427e"})")));
  EXPECT_EQ(*make_deterministic_id("file", with(R"({"TLSH":"1","SSDEEP":"2"})")),
            *make_deterministic_id("file", with(R"({"SSDEEP":"2","TLSH":"1"})")));
  EXPECT_NE(*id, *make_deterministic_id("file", with(R"({"SHA-1":"11"})")));
}

TEST(Identifier, WithoutContributingPropertiesVersion4) {
  const auto process = parsed(R"({"type":"process","pid":4})");
  EXPECT_FALSE(has_deterministic_id("process", process));
  const auto id = make_deterministic_id("process", process);
  ASSERT_TRUE(id);
  EXPECT_EQ(uuid_version(parse_identifier(*id)->uuid), 4);
  EXPECT_NE(*id, *make_deterministic_id("process", process));
  EXPECT_FALSE(has_deterministic_id("email-message", parsed(R"({"is_multipart":false})")));
  EXPECT_TRUE(has_deterministic_id("email-message", parsed(R"({"body":""})")));
}

TEST(Identifier, OnlyObservablesHaveThem) {
  EXPECT_FALSE(make_deterministic_id("malware", parsed(R"({"name":"x"})")));
  EXPECT_FALSE(make_deterministic_id("x-custom", parsed(R"({"value":"x"})")));
}

TEST(Identifier, OwnIdsDependOnTypeAndEveryPart) {
  const auto id = make_own_id("intrusion-set", {"APT10"});
  EXPECT_EQ(id, make_own_id("intrusion-set", {"APT10"}));
  EXPECT_TRUE(parse_identifier(id));
  EXPECT_NE(make_own_id("tool", {"a", "bc"}), make_own_id("tool", {"ab", "c"}));
  EXPECT_NE(make_own_id("tool", {"a"}).substr(6), make_own_id("malware", {"a"}).substr(9));
  // Written out so that a change of the namespace or of the form of the key does not pass unseen.
  EXPECT_EQ(id, "intrusion-set--cc2a6d8f-a850-56a2-ae65-9cd73a59b9c9");
}

}  // namespace
}  // namespace tocsin::stix
