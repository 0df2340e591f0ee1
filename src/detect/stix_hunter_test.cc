#include "detect/stix_hunter.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "detect/test_events.h"

namespace tocsin::detect {
namespace {

StixHunter hunter_for(std::string_view patterns) {
  auto hunter = StixHunter::make(test_schema(), TOCSIN_SOURCE_DIR "/packs/stix/event_objects.yml").value();
  hunter.add_patterns(patterns, "patterns.txt");
  return hunter;
}

/// A bundle of one observed-data object over `objects`, the members of a list of cyber-observable objects.
std::string bundle_of(const std::string& objects, const std::string& refs) {
  return R"({"type":"bundle","id":"bundle--11111111-1111-4111-8111-111111111111","objects":[)"
         R"({"type":"observed-data","spec_version":"2.1","id":"observed-data--22222222-2222-4222-8222-222222222222",)"
         R"("created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","first_observed":"2026-01-01T00:00:00Z",)"
         R"("last_observed":"2026-01-01T00:00:00Z","number_observed":1,"object_refs":[)" +
         refs + "]}," + objects + "]}";
}

const std::string kFile = "\"file--33333333-3333-4333-8333-333333333333\"";
const std::string kFolder = "\"directory--44444444-4444-4444-8444-444444444444\"";
const std::string kArtifact = "\"artifact--55555555-5555-4555-8555-555555555555\"";

const std::string& observed() {
  static const std::string kBundle = bundle_of(
      R"({"type":"file","id":)" + kFile +
          R"(,"name":"Invoice.exe","size":25536,"mtime":"2026-01-01T10:00:00.50Z",)"
          R"("hashes":{"MD5":"D41D8CD98F00B204E9800998ECF8427E"},"parent_directory_ref":)" +
          kFolder + R"(,"content_ref":)" + kArtifact +
          R"(,"name_enc":"caf\u00e9","magic_number_hex":"4d5a",)"
          R"("extensions":{"windows-pebinary-ext":{"pe_type":"exe","is_signed":false,"sections":[{"name":".text","entropy":6.5},)"
          R"({"name":"UPX0","entropy":7.9}]}}},)"
          R"({"type":"directory","id":)" +
          kFolder + R"(,"path":"C:\\Users\\x","contains_refs":[)" + kFile +
          R"(]},)"
          R"({"type":"artifact","id":)" +
          kArtifact +
          R"(,"payload_bin":"TVo=","mime_type":"application/x-dosexec"},)"
          R"({"type":"ipv4-addr","id":"ipv4-addr--66666666-6666-4666-8666-666666666666","value":"198.51.100.7"})",
      kFile + "," + kFolder + "," + kArtifact + ",\"ipv4-addr--66666666-6666-4666-8666-666666666666\"");
  return kBundle;
}

bool holds(std::string_view pattern) {
  StixHunter hunter = hunter_for(pattern);
  for (const auto& rejected : hunter.rejected()) ADD_FAILURE() << pattern << ": " << rejected.error;
  return !hunter.match_bundle(observed(), "observed.json").value().empty();
}

TEST(StixHunter, ComparesByType) {
  EXPECT_TRUE(holds("[file:name = 'Invoice.exe']"));
  EXPECT_FALSE(holds("[file:name = 'invoice.exe']")) << "strings compare by code point";
  EXPECT_TRUE(holds("[file:name != 'x']"));
  EXPECT_TRUE(holds("[file:size = 25536.0]"));
  EXPECT_TRUE(holds("[file:size > 25535 AND file:size <= 25536]"));
  EXPECT_FALSE(holds("[file:size = '25536']"));
  EXPECT_TRUE(holds("[file:size != '25536']")) << "values of different types differ";
  EXPECT_FALSE(holds("[file:size > 'a']"));
  EXPECT_FALSE(holds("[file:size NOT > 'a']")) << "what has no order is false, negated too";
  EXPECT_TRUE(holds("[file:mtime = t'2026-01-01T10:00:00.5Z']"));
  EXPECT_TRUE(holds("[file:mtime < t'2026-01-01T10:00:01Z']"));
  EXPECT_TRUE(holds("[file:name IN ('a', 'Invoice.exe')]"));
  EXPECT_FALSE(holds("[file:name NOT IN ('a', 'Invoice.exe')]"));
  EXPECT_TRUE(holds("[file:extensions.'windows-pebinary-ext'.is_signed = false]"));
  EXPECT_TRUE(holds("[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']")) << "digests compare as numbers";
}

TEST(StixHunter, SearchesText) {
  EXPECT_TRUE(holds("[file:name LIKE 'In_oice%']"));
  EXPECT_FALSE(holds("[file:name LIKE 'Invoice']")) << "LIKE takes the whole value";
  EXPECT_TRUE(holds("[file:name MATCHES 'voi[a-z]+\\\\.exe$']"));
  EXPECT_FALSE(holds("[file:name NOT MATCHES 'voi']"));
  EXPECT_TRUE(holds("[file:name_enc LIKE 'cafe\u0301']")) << "both in NFC";
  EXPECT_TRUE(holds("[ipv4-addr:value ISSUBSET '198.51.100.0/24']"));
  EXPECT_TRUE(holds("[ipv4-addr:value ISSUBSET '198.51.100.9/24']")) << "what stands behind the prefix does not count";
  EXPECT_FALSE(holds("[ipv4-addr:value ISSUBSET '198.51.101.0/24']"));
  EXPECT_TRUE(holds("[ipv4-addr:value ISSUPERSET '198.51.100.7/32']"));
}

TEST(StixHunter, FollowsPaths) {
  EXPECT_TRUE(holds("[file:parent_directory_ref.path = 'C:\\\\Users\\\\x']"));
  EXPECT_TRUE(holds("[directory:contains_refs[0].name = 'Invoice.exe']"));
  EXPECT_TRUE(holds("[directory:contains_refs[*].content_ref.mime_type LIKE '%dos%']"));
  EXPECT_TRUE(holds("[file:extensions.'windows-pebinary-ext'.sections[*].entropy > 7.5]"));
  EXPECT_FALSE(holds("[file:extensions.'windows-pebinary-ext'.sections[0].entropy > 7.5]"));
  EXPECT_TRUE(holds("[file:extensions.'windows-pebinary-ext'.sections[1].name = 'UPX0']"));
  EXPECT_TRUE(holds("[artifact:payload_bin = h'4d5a']"));
  EXPECT_TRUE(holds("[artifact:payload_bin = 'MZ']")) << "bytes and text compare by code point";
  EXPECT_TRUE(holds("[file:magic_number_hex = b'TVo=']"));
}

TEST(StixHunter, WhatIsMissingMakesEveryTestFalse) {
  EXPECT_FALSE(holds("[file:atime = t'2026-01-01T10:00:00Z']"));
  EXPECT_FALSE(holds("[file:x_foo != 'a']"));
  EXPECT_FALSE(holds("[file:x_foo NOT = 'a']"));
  EXPECT_FALSE(holds("[file:x_foo NOT LIKE 'a']"));
  EXPECT_TRUE(holds("[EXISTS file:name]"));
  EXPECT_FALSE(holds("[EXISTS file:x_foo]"));
  EXPECT_TRUE(holds("[NOT EXISTS file:x_foo]"));
  EXPECT_FALSE(holds("[NOT EXISTS process:pid]")) << "there is no process";
}

TEST(StixHunter, AndBindsOneObject) {
  EXPECT_TRUE(holds("[file:name = 'Invoice.exe' AND file:size > 1]"));
  EXPECT_FALSE(holds("[file:name = 'Invoice.exe'] AND [file:size > 1]")) << "there is only one observation";
  EXPECT_TRUE(holds("[file:name = 'nothing' OR ipv4-addr:value = '198.51.100.7']"));
}

TEST(StixHunter, RejectsByName) {
  const StixHunter hunter = hunter_for(
      "# a comment\n"
      "[file:name MATCHES '(?=a)b']\n"
      "  [file:name = ]\n"
      "[ipv4-addr:value ISSUBSET 'nowhere']\n"
      "[file:name = 'a'] REPEATS 2000000 TIMES\n"
      "[file:name = 'a']\n");
  ASSERT_EQ(hunter.rejected().size(), 4U);
  EXPECT_NE(hunter.rejected()[0].error.find("not regular"), std::string::npos) << hunter.rejected()[0].error;
  EXPECT_EQ(hunter.rejected()[1].line, 3U);
  EXPECT_EQ(hunter.rejected()[1].column, 16U);
  EXPECT_NE(hunter.rejected()[2].error.find("CIDR"), std::string::npos) << hunter.rejected()[2].error;
  EXPECT_NE(hunter.rejected()[3].error.find("10000"), std::string::npos);
  EXPECT_EQ(hunter.counts().patterns, 1U);
}

TEST(StixHunter, IndicatorsOfABundle) {
  StixHunter hunter = hunter_for("");
  const std::string common =
      R"("spec_version":"2.1","created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z",)";
  ASSERT_TRUE(hunter.add_bundle(
      R"({"type":"bundle","id":"bundle--11111111-1111-4111-8111-111111111111","objects":[)"
      R"({"type":"indicator",)" +
          common +
          R"("id":"indicator--11111111-1111-4111-8111-111111111111","name":"Dropper",)"
          R"("indicator_types":["malicious-activity"],"pattern":"[file:name = 'Invoice.exe']","pattern_type":"stix",)"
          R"("valid_from":"2026-01-01T00:00:00Z","valid_until":"2026-06-01T00:00:00Z"},)"
          R"({"type":"indicator",)" +
          common +
          R"("id":"indicator--22222222-2222-4222-8222-222222222222",)"
          R"("pattern":"alert tcp any","pattern_type":"snort","valid_from":"2026-01-01T00:00:00Z"},)"
          R"({"type":"indicator",)" +
          common +
          R"("id":"indicator--33333333-3333-4333-8333-333333333333","revoked":true,)"
          R"("pattern":"[file:name = 'Invoice.exe']","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"},)"
          R"({"type":"malware",)" +
          common +
          R"("id":"malware--44444444-4444-4444-8444-444444444444","name":"Poison","is_family":true},)"
          R"({"type":"relationship",)" +
          common +
          R"("id":"relationship--55555555-5555-4555-8555-555555555555",)"
          R"("relationship_type":"indicates","source_ref":"indicator--11111111-1111-4111-8111-111111111111",)"
          R"("target_ref":"malware--44444444-4444-4444-8444-444444444444"}]})",
      "intel.json"));
  ASSERT_EQ(hunter.rejected().size(), 2U);
  EXPECT_EQ(hunter.rejected()[0].error, "pattern language 'snort' is not supported here");
  EXPECT_EQ(hunter.rejected()[1].error, "the indicator is revoked");

  const auto matches = hunter.match_bundle(observed(), "observed.json").value();
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_EQ(matches[0].engine, record::Engine::stix);
  EXPECT_EQ(matches[0].rule.title, "Dropper");
  EXPECT_EQ(matches[0].rule.id, "indicator--11111111-1111-4111-8111-111111111111");
  ASSERT_TRUE(matches[0].indicator);
  EXPECT_EQ(matches[0].indicator->belongs_to, "Poison");
  EXPECT_EQ(matches[0].indicator->valid_until, "2026-06-01T00:00:00Z");
  EXPECT_EQ(matches[0].why, (std::vector<record::Why>{{"file:name", "=", "Invoice.exe"}}));
}

// Log events.

std::string sysmon(int id, const std::string& data, const std::string& time = "2026-01-01T00:00:00Z") {
  return R"({"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon"}},"EventID":)" +
         std::to_string(id) +
         R"(,"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"ws1","TimeCreated":)"
         R"({"#attributes":{"SystemTime":")" +
         time + R"("}}},"EventData":{)" + data + "}}}\n";
}

std::vector<record::Match> hunt(std::string_view patterns, std::string_view log) {
  StixHunter hunter = hunter_for(patterns);
  EXPECT_TRUE(hunter.rejected().empty());
  std::vector<record::Match> out;
  for (const event::EventBatch& batch : read_events(log)) {
    for (record::Match& match : hunter.match(batch)) out.push_back(std::move(match));
  }
  return out;
}

TEST(StixHunter, SeesProcessesInEvents) {
  const std::string log = sysmon(
      1,
      R"("ProcessId":4711,"Image":"C:\\Temp\\evil.exe","CommandLine":"evil.exe /x","ParentImage":"C:\\Windows\\winword.exe",)"
      R"("ParentProcessId":"42","User":"CORP\\alice","Hashes":"MD5=D41D8CD98F00B204E9800998ECF8427E,SHA256=AB")");
  for (const auto* pattern :
       {"[process:pid = 4711 AND process:command_line LIKE '%/x']", "[process:parent_ref.pid = 42]",
        "[process:parent_ref.image_ref.name = 'winword.exe']", "[process:creator_user_ref.account_login = 'alice']",
        "[file:name = 'evil.exe' AND file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']",
        "[file:parent_directory_ref.path = 'C:\\\\Temp']", "[directory:path = 'C:\\\\Windows']",
        "[process:pid > 4000 AND NOT EXISTS process:environment_variables]"}) {
    EXPECT_EQ(hunt(pattern, log).size(), 1U) << pattern;
  }
  for (const auto* pattern : {"[process:pid = 4711 AND process:name = 'winword.exe']", "[process:pid = 4712]",
                              "[ipv4-addr:value LIKE '%']", "[file:hashes.'SHA-1' != 'a']"}) {
    EXPECT_TRUE(hunt(pattern, log).empty()) << pattern;
  }
}

TEST(StixHunter, SeesTrafficRegistryAndRequests) {
  const std::string connection = sysmon(
      3,
      R"("Protocol":"tcp","SourceIp":"10.0.0.5","SourcePort":50000,"DestinationIp":"198.51.100.7","DestinationPort":443)");
  EXPECT_EQ(
      hunt("[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port = 443]", connection).size(),
      1U);
  EXPECT_EQ(hunt("[network-traffic:protocols[*] = 'tcp']", connection).size(), 1U);
  EXPECT_TRUE(hunt("[network-traffic:dst_ref.value = '10.0.0.5']", connection).empty());
  EXPECT_TRUE(hunt("[ipv6-addr:value != 'x']", connection).empty());

  const std::string registry = sysmon(
      13,
      R"("EventType":"SetValue","TargetObject":"HKLM\\Software\\Run\\updater","Details":"c:\\temp\\u.exe","Image":"C:\\r.exe")");
  EXPECT_EQ(hunt("[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\Software\\\\Run' AND "
                 "windows-registry-key:values[*].name = 'updater']",
                 registry)
                .size(),
            1U);

  const std::string request =
      "198.51.100.9 - - [01/Jan/2026:00:00:00 +0000] \"POST /up.php?x=1 HTTP/1.1\" 200 5 \"-\" \"curl/8\"\n";
  EXPECT_EQ(hunt("[network-traffic:extensions.'http-request-ext'.request_value = '/up.php?x=1' AND "
                 "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' LIKE 'curl%']",
                 request)
                .size(),
            1U);
}

TEST(StixHunter, SequencesOverEventsNameThem) {
  const auto start = [](const std::string& image, const std::string& time) {
    return sysmon(1, R"("ProcessId":1,"Image":"C:\\)" + image + "\"", time);
  };
  const std::string log = start("a.exe", "2026-01-01T00:00:00Z") + start("b.exe", "2026-01-01T00:10:00Z") +
                          start("a.exe", "2026-01-01T01:00:00Z") + start("b.exe", "2026-01-01T01:00:20Z");
  const auto matches = hunt("([file:name = 'a.exe'] FOLLOWEDBY [file:name = 'b.exe']) WITHIN 60 SECONDS", log);
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_EQ(matches[0].time, "2026-01-01T01:00:20Z");
  EXPECT_EQ(matches[0].source.line, 4U);
  EXPECT_EQ(matches[0].host, "ws1");
  ASSERT_EQ(matches[0].events.size(), 2U);
  EXPECT_EQ(matches[0].events[0].source.line, 3U);
  EXPECT_EQ(matches[0].events[1].time, "2026-01-01T01:00:20Z");
  EXPECT_EQ(matches[0].why, (std::vector<record::Why>{{"file:name", "=", "a.exe"}, {"file:name", "=", "b.exe"}}));
}

TEST(StixHunter, ManyPatternsAreAnsweredByTheirValues) {
  std::string patterns;
  for (int i = 0; i < 2000; ++i) patterns += "[file:name = 'tool" + std::to_string(i) + ".exe']\n";
  const auto matches = hunt(patterns, sysmon(1, R"("ProcessId":1,"Image":"C:\\tool1234.exe")"));
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_EQ(matches[0].rule.title, "[file:name = 'tool1234.exe']");
}

}  // namespace
}  // namespace tocsin::detect
