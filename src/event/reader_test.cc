#include "event/reader.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "event/record_splitter.h"

namespace tocsin::event {
namespace {

Schema& schema() {
  static const std::unique_ptr<Schema> schema = Schema::load(TOCSIN_SOURCE_DIR "/packs/event").value();
  return *schema;
}

struct Read {
  std::vector<std::string> events;  ///< line@offset field=value…, sorted by nothing: the order of the record
  ReadCounts counts;
  std::size_t most_held = 0;  ///< bytes of the file in one batch
};

std::string shown(const Event& event) {
  std::string out = std::to_string(event.line) + "@" + std::to_string(event.offset);
  if (event.unparsed != nullptr) return out + " !" + event.unparsed + ": " + std::string(event.record);
  std::string scratch;
  if (event.time_style != TimeStyle::none) out += " t=" + std::string(event.time.raw);
  if (!event.host.raw.empty()) out += " h=" + std::string(event.host.raw);
  for (const Slot& slot : event.slots) {
    out += " " + std::string(schema().name(slot.field)) + "/" + std::to_string(slot.rank) + "=" +
           std::string(decode_token(slot.token(), scratch));
  }
  return out;
}

Read read(std::string_view text, ReadOptions options = {}) {
  const std::string path = testing::TempDir() + "reader_test.log";
  std::ofstream(path, std::ios::binary) << text;
  EventReader reader = EventReader::open(path, schema(), options).value();
  Read out;
  for (;;) {
    const auto batch = reader.next();
    EXPECT_TRUE(batch.has_value());
    if (!batch || !*batch) break;
    EXPECT_FALSE((*batch)->events.empty());
    for (const Event& event : (*batch)->events) out.events.push_back(shown(event));
    std::size_t held = 0;
    for (const PaddedBytes& bytes : (*batch)->bytes) held += bytes.size();
    out.most_held = std::max(out.most_held, held);
  }
  out.counts = reader.counts();
  EXPECT_EQ(out.counts.bytes, text.size());
  EXPECT_EQ(out.counts.events, out.events.size());
  std::remove(path.c_str());
  return out;
}

TEST(EventReader, ReadsOneObjectALine) {
  const Read out = read("{\"a\":1,\"b\":{\"c\":[\"x\",2,{\"d\":null}]}}\n\n  {\"e.f\":true,\"g\":[]}\r\n");
  ASSERT_EQ(out.events.size(), 2u);
  EXPECT_EQ(out.events[0], "1@0 a/3=1 b.c/4=x b.c/4=2 b.c.d/4=null");
  EXPECT_EQ(out.events[1], "3@40 e.f/3=true g/3=");
  EXPECT_EQ(out.counts.unparsed, 0u);
}

/// Records with the same keys in the same order are read by what the first of them showed.
TEST(EventReader, ReadsTheSecondOfAKindAsTheFirst) {
  const auto without_place = [](std::string_view event) { return std::string(event.substr(event.find(' '))); };
  for (
      const char* text :
      {R"({"EventID":1,"Channel":"Security","Image":"a","Image":"b","e":[],"f":[1,[2],{"g":3}],"UtcTime":"2021-01-01","Hostname":"h"})",
       R"({"Event":{"System":{"EventID":1,"Channel":"Security","Computer":"c"},"EventData":{"Data":[{"@Name":"x","#text":"y"}]}}})",
       R"({"winlog":{"event_id":1,"channel":"Security","event_data":{"Image":"\ud800"}},"host":{"name":"h"},"a.b":1})",
       R"({"a":{"b":{"c":{}}},"a_very_long_key_that_takes_several_words":null,"d":[[]]})"}) {
    const Read out = read(std::string(text) + "\n" + text + "\n" + text + "\n");
    ASSERT_EQ(out.events.size(), 3u);
    EXPECT_EQ(without_place(out.events[1]), without_place(out.events[0]));
    EXPECT_EQ(without_place(out.events[2]), without_place(out.events[0]));
    for (const auto& [defect, count] : out.counts.defects) EXPECT_EQ(count, 3u) << defect;
  }
}

TEST(EventReader, TellsKindsApartByTheirValuesToo) {
  const auto categories = [](std::string_view text) {
    const std::string path = testing::TempDir() + "reader_test_kinds.log";
    std::ofstream(path, std::ios::binary) << text;
    EventReader reader = EventReader::open(path, schema()).value();
    std::vector<std::string> out;
    while (const auto batch = reader.next().value()) {
      for (const Event& event : batch->events) {
        const LogSource& source = schema().log_source(event.log_source);
        out.push_back(source.services.at(0) + "/" + (source.categories.empty() ? "" : source.categories.at(0).name));
      }
    }
    std::remove(path.c_str());
    return out;
  };
  const std::string sysmon = R"("Channel":"Microsoft-Windows-Sysmon/Operational"})";
  std::string text;
  std::vector<std::string> want;
  for (int i = 0; i < 3; ++i) {
    text += R"({"EventID":1,)" + sysmon + "\n" + R"({"EventID":3,)" + sysmon + "\n" + R"({"EventID":"1",)" + sysmon +
            "\n" + R"({"EventID":4624,"Channel":"Security"})" + "\n";
    for (const char* one :
         {"sysmon/process_creation", "sysmon/network_connection", "sysmon/process_creation", "security/"})
      want.emplace_back(one);
  }
  EXPECT_EQ(categories(text), want);
}

TEST(EventReader, ReadsArraysPrettyPrintAndObjectsInARow) {
  const std::vector<std::string> want = {"a/3=1", "a/3=2", "a/3=3"};
  for (const char* text :
       {"[{\"a\":1},{\"a\":2},{\"a\":3}]", "[\n{\"a\":1},\n{\"a\":2},\n{\"a\":3}\n]\n",
        "[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": 2\n  }, {\"a\":3}\n]", "{\n\"a\":1\n}\n{\n\"a\":2\n}\n{\"a\":3}",
        "{\"a\":1}{\"a\":2} {\"a\":3}", "\xEF\xBB\xBF{\"a\":1}\n{\"a\":2}\n{\"a\":3}",
        "[]\n{\"a\":1}\n[{\"a\":2}]\n{\"a\":3}", "{\"a\"\n:\n1}\n[{\"a\":2}\n,{\"a\":3}]"}) {
    for (const std::size_t batch_bytes : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20}) {
      const Read out = read(text, {.batch_bytes = batch_bytes});
      ASSERT_EQ(out.events.size(), 3u) << text;
      for (std::size_t i = 0; i < 3; ++i)
        EXPECT_TRUE(out.events[i].ends_with(want[i])) << text << "\n" << out.events[i];
    }
  }
}

TEST(EventReader, AnEventKnowsItsPlace) {
  const Read out = read("\n{\n \"a\":1\n}\n{\"a\":2}\n\nword\n", {.batch_bytes = 3});
  ASSERT_EQ(out.events.size(), 3u);
  EXPECT_TRUE(out.events[0].starts_with("2@1 "));
  EXPECT_TRUE(out.events[1].starts_with("5@12 "));
  EXPECT_TRUE(out.events[2].starts_with("7@21 "));
}

TEST(EventReader, DamageCostsOneRecord) {
  const char* broken[] = {"{\"x\":1",   "{\"x\":",     "{\"x\":\"unclosed", "{\"x\":1,", "{\"x\":[1,2",   "{\"x\" 1}",
                          "{\"x\":1}}", "{\"x\":tru}", "{\"x\":{\"y\":1}",  "{,}",       "{\"x\":\"\\\"}"};
  for (const char* bad : broken) {
    const Read out = read("{\"a\":1}\n" + std::string(bad) + "\n{\"a\":2}\n{\"a\":3}\n");
    ASSERT_GE(out.events.size(), 4u) << bad;
    EXPECT_TRUE(out.events.front().ends_with("a/3=1")) << bad;
    const bool told =
        std::ranges::any_of(out.events, [](const std::string& event) { return event.find(" !") != std::string::npos; });
    EXPECT_TRUE(told) << bad;
    EXPECT_TRUE(out.events.back().ends_with("a/3=3")) << bad;
    EXPECT_TRUE(out.events[out.events.size() - 2].ends_with("a/3=2")) << bad << "\n"
                                                                      << out.events[out.events.size() - 2];
    EXPECT_GE(out.counts.unparsed, 1u);
  }
}

TEST(EventReader, KeepsOtherTextForKeywords) {
  const Read out = read("Mar 27 host sshd[1]: hello\n[error] disk\n\x01\x02\xff\n");
  ASSERT_EQ(out.events.size(), 3u);
  EXPECT_EQ(out.events[0], "1@0 !no known log format: Mar 27 host sshd[1]: hello");
  EXPECT_EQ(out.counts.unparsed, 3u);
  EXPECT_EQ(out.counts.unparsed_by_reason.at("no known log format"), 3u);
}

TEST(EventReader, BoundsAndCountsWhatIsOdd) {
  Read out = read("{\"a\":1,\"a\":2,\"b\":\"\\ud800\",\"c\":\"\xff\"}\n");
  ASSERT_EQ(out.events.size(), 1u);
  EXPECT_EQ(out.events[0], "1@0 a/3=1 a/3=2 b/3=\xEF\xBF\xBD c/3=\xEF\xBF\xBD");
  EXPECT_EQ(out.counts.defects,
            (std::map<std::string, std::uint64_t>{{"repeated key", 1}, {"lone surrogate", 1}, {"invalid UTF-8", 1}}));
  out = read("{\"a\":1,\"b\":2,\"c\":3,\"d\":4}\n", {.max_fields = 2});
  EXPECT_EQ(out.events[0], "1@0 a/3=1 b/3=2");
  EXPECT_EQ(out.counts.defects.at("more fields than the limit"), 1u);
  std::string wide = "{\"k\":0";
  for (int i = 0; i < 100; ++i) wide += ",\"k" + std::to_string(i) + "\":1";
  out = read(wide + "}\n", {.max_fields = 10});
  EXPECT_EQ(out.counts.defects.at("more fields than the limit"), 1u) << "once a record";
  out = read("{\"a\":{\"b\":{\"c\":[1]}}}\n", {.max_depth = 2});
  EXPECT_EQ(out.events[0], "1@0 a.b/4={\"c\":[1]}");
  EXPECT_EQ(out.counts.defects.at("nested deeper than the limit"), 1u);
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  out = read("{\"a\":" + deep + "}\n{\"b\":1}\n");
  ASSERT_EQ(out.events.size(), 2u);
  EXPECT_TRUE(out.events[1].ends_with("b/3=1"));
}

TEST(EventReader, LongRecordsAreBounded) {
  const std::string line(100'000, 'x');
  const Read out = read("short\n" + line + "\n{\"a\":1}\n", {.max_record = 5'000, .batch_bytes = 1'000});
  ASSERT_EQ(out.events.size(), 3u);
  EXPECT_NE(out.events[1].find("!record longer than the limit: xxx"), std::string::npos);
  EXPECT_LT(out.events[1].size(), 5'100u);
  EXPECT_EQ(out.events[2], "3@100007 a/3=1");
}

TEST(EventReader, WhatIsPassedOverIsNotKept) {
  const Read out = read(std::string(3'000'000, 'x') + "\nshort\n", {.max_record = 5'000, .batch_bytes = 1'000});
  EXPECT_EQ(out.events.size(), 2u);
  EXPECT_EQ(out.counts.unparsed_by_reason.at("record longer than the limit"), 1u);
  EXPECT_LE(out.most_held, 5'000u);
}

TEST(EventReader, ReadsWindowsShapes) {
  Read out = read(
      R"({"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":"P","Guid":"G"}},"EventID":{"#attributes":{"Qualifiers":""},"#text":1},"TimeCreated":{"#attributes":{"SystemTime":"2024-01-02T03:04:05Z"}},"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"ws1"},"EventData":{"Image":"C:\\a.exe","New Value":"v","Channel":"other"}}})");
  ASSERT_EQ(out.events.size(), 1u);
  EXPECT_EQ(
      out.events[0],
      "1@0 t=2024-01-02T03:04:05Z h=ws1 Event.#attributes.xmlns/4=x Provider_Name/1=P Provider_Guid/1=G "
      "Event.System.EventID.#attributes.Qualifiers/4= EventID/1=1 TimeCreated_SystemTime/1=2024-01-02T03:04:05Z "
      "Channel/1=Microsoft-Windows-Sysmon/Operational Computer/1=ws1 Image/0=C:\\a.exe NewValue/0=v Channel/0=other");
  out = read(
      R"({"Event":{"System":{"Provider_attributes":{"Name":"P"},"EventID":7045,"Channel":"System"},"Event_attributes":{"xmlns":"x"},"EventData":{"Data":[{"@Name":"A","#text":"1"},{"@Name":"B"},"bare"]}}})");
  EXPECT_EQ(
      out.events[0],
      "1@0 Provider_Name/1=P EventID/1=7045 Channel/1=System Event.Event_attributes.xmlns/4=x A/0=1 B/0= Data/0=bare");
  out = read(
      R"({"Event":{"System":{"EventID":1},"EventData":{"Data":{"#text":["x","y"]}},"UserData":{"Op":{"#attributes":{"xmlns":"q"},"User":"u"}}}})");
  EXPECT_EQ(out.events[0], "1@0 EventID/1=1 Data/0=x Data/0=y Event.UserData.Op.#attributes.xmlns/4=q User/0=u");
  out = read(
      R"({"@timestamp":"2024-01-02T03:04:05Z","winlog":{"channel":"Security","event_id":4688,"computer_name":"ws1","event_data":{"NewProcessName":"n"}},"process":{"executable":"e"}})");
  EXPECT_EQ(out.events[0],
            "1@0 t=2024-01-02T03:04:05Z h=ws1 @timestamp/3=2024-01-02T03:04:05Z Channel/1=Security EventID/1=4688 "
            "Computer/1=ws1 NewProcessName/0=n Image/2=e");
  out = read(R"({"winlog.channel":"Security","winlog.event_data.A":"b"})");
  EXPECT_EQ(out.events[0], "1@0 Channel/1=Security A/0=b");
  out = read(
      R"({"EventID":1,"Channel":"c","SourceName":"s","Hostname":"h1","UtcTime":"2024-01-02 03:04:05.1","Image":"i"})");
  EXPECT_EQ(out.events[0],
            "1@0 t=2024-01-02 03:04:05.1 h=h1 EventID/0=1 Channel/0=c SourceName/1=s Provider_Name/1=s Hostname/1=h1 "
            "Computer/1=h1 UtcTime/0=2024-01-02 03:04:05.1 Image/0=i");
}

TEST(LogSources, FollowChannelAndEvent) {
  const auto source_of = [](std::string_view text) -> const LogSource& {
    const std::string path = testing::TempDir() + "source_test.log";
    std::ofstream(path, std::ios::binary) << text;
    EventReader reader = EventReader::open(path, schema()).value();
    const auto batch = reader.next().value();
    std::remove(path.c_str());
    return schema().log_source(batch->events.at(0).log_source);
  };
  const LogSource& sysmon = source_of(R"({"EventID":"13","Channel":"microsoft-windows-sysmon/operational"})");
  EXPECT_TRUE(sysmon.is_covered_by({.product = "windows", .category = "registry_set", .service = {}}));
  EXPECT_TRUE(sysmon.is_covered_by({.product = {}, .category = "registry_event", .service = {}}));
  EXPECT_TRUE(sysmon.is_covered_by({.product = "windows", .category = {}, .service = "sysmon"}));
  EXPECT_TRUE(sysmon.is_covered_by({.product = "windows", .category = {}, .service = {}}));
  EXPECT_FALSE(sysmon.is_covered_by({.product = "linux", .category = "registry_set", .service = {}}));
  EXPECT_FALSE(sysmon.is_covered_by({.product = "windows", .category = "process_creation", .service = {}}));
  EXPECT_FALSE(sysmon.is_covered_by({}));
  const LogSource& security = source_of(R"({"Event":{"System":{"EventID":4688,"Channel":"Security"},"EventData":{}}})");
  EXPECT_TRUE(security.is_covered_by({.product = "windows", .category = "process_creation", .service = {}}));
  EXPECT_FALSE(security.renames_for({.product = "windows", .category = "process_creation", .service = {}}).empty());
  EXPECT_TRUE(security.renames_for({.product = "windows", .category = {}, .service = "security"}).empty());
  EXPECT_TRUE(source_of(R"({"EventID":12,"EventType":"DeleteKey","Channel":"Microsoft-Windows-Sysmon/Operational"})")
                  .is_covered_by({.product = "windows", .category = "registry_delete", .service = {}}));
  EXPECT_EQ(source_of(R"({"a":1})"), LogSource{});
  EXPECT_EQ(schema().unknown_names({.product = "windws", .category = {}, .service = "sysmon"}),
            std::vector<std::string>{"unknown product 'windws', did you mean 'windows'?"});
}

RC_GTEST_PROP(RecordSplitter, CoversEverythingAndEnds, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", " ", "a", "{\"a\":1}", "\n{", "text\n"));
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  RecordSplitter splitter;
  std::size_t at = 0;
  for (;;) {
    RecordExtent extent;
    const auto found = splitter.next(text, at, true, extent);
    RC_ASSERT(found != RecordSplitter::Found::need_more);
    if (found == RecordSplitter::Found::nothing) break;
    RC_ASSERT(extent.begin >= at);
    RC_ASSERT(extent.end > extent.begin);
    RC_ASSERT(extent.next > at);
    RC_ASSERT(extent.next >= extent.end);
    RC_ASSERT(extent.next <= text.size());
    // Nothing but separators is passed over.
    RC_ASSERT(text.substr(at, extent.begin - at).find_first_not_of(" \t\r\n,[]") == std::string::npos);
    at = extent.next;
  }
}

RC_GTEST_PROP(EventReader, BatchSizeNeverMatters, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("{\"a\":1}", "\n", " ", "{\"b\":\"x\\\"y\"}\n", "text line\n",
                                    "{\"c\":", "[{\"d\":1},", "]", "{\n\"e\":2\n}\n", "\"", "}"));
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  RC_PRE(!text.empty());
  const auto size = *rc::gen::inRange<std::size_t>(1, 40);
  RC_ASSERT(read(text).events == read(text, {.batch_bytes = size}).events);
}

}  // namespace
}  // namespace tocsin::event
