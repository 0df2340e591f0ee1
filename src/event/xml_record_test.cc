#include "event/xml_record.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "event/evtx_test_writer.h"
#include "event/reader.h"

namespace tocsin::event {
namespace {

Schema& schema() {
  static const std::unique_ptr<Schema> schema = Schema::load(TOCSIN_SOURCE_DIR "/packs/event").value();
  return *schema;
}

struct Read {
  std::vector<std::string> events;  ///< "line@offset name=value…" or "line@offset !reason: text"
  ReadCounts counts;
  std::vector<LogSourceId> sources;
};

std::string shown(const Event& event) {
  std::string out = std::to_string(event.line) + "@" + std::to_string(event.offset);
  if (event.unparsed != nullptr) return out + " !" + event.unparsed + ": " + std::string(event.record);
  std::string scratch;
  for (const Slot& slot : event.slots) {
    out += " " + std::string(schema().name(slot.field)) + "=";
    out += slot.kind == TokenKind::null ? "(null)" : std::string(decode_token(slot.token(), scratch));
  }
  return out;
}

Read read(const std::string& bytes, ReadOptions options = {}) {
  const std::string path = testing::TempDir() + "xml_record_test.xml";
  std::ofstream(path, std::ios::binary) << bytes;
  EventReader reader = EventReader::open(path, schema(), options).value();
  Read out;
  for (;;) {
    const auto batch = reader.next();
    EXPECT_TRUE(batch.has_value());
    if (!batch || !*batch) break;
    for (const Event& event : (*batch)->events) {
      out.events.push_back(shown(event));
      out.sources.push_back(event.log_source);
    }
  }
  out.counts = reader.counts();
  EXPECT_EQ(out.counts.bytes, bytes.size());
  std::remove(path.c_str());
  return out;
}

constexpr const char* kEvent =
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "
    "Name='Microsoft-Windows-Sysmon' Guid=\"{5770385f-c22a-43e0-bf4c-06f5698ffbd9}\"/><EventID "
    "Qualifiers='16384'>1</EventID><TimeCreated SystemTime='2021-03-01T10:05:03.1234567Z'/><Correlation/>"
    "<Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>web-01</Computer></System><EventData>"
    "<Data Name='CommandLine'>cmd /c &quot;a &lt; b&quot; &amp;&#38; <![CDATA[<x>]]>&#x263A;</Data>"
    "<Data Name='Empty'/><Data Name='Sub Key'></Data><Data>first</Data><Data>second</Data></EventData>"
    "<RenderingInfo Culture='en-US'><Message>Process\r\ncreated</Message><Keywords><Keyword>A</Keyword><Keyword>B"
    "</Keyword></Keywords></RenderingInfo></Event>";

constexpr const char* kFields =
    " Event.#attributes.xmlns=http://schemas.microsoft.com/win/2004/08/events/event "
    "Provider_Name=Microsoft-Windows-Sysmon Provider_Guid={5770385f-c22a-43e0-bf4c-06f5698ffbd9} "
    "Event.System.EventID.#attributes.Qualifiers=16384 EventID=1 TimeCreated_SystemTime=2021-03-01T10:05:03.1234567Z "
    "Event.System.Correlation=(null) Channel=Microsoft-Windows-Sysmon/Operational Computer=web-01 CommandLine=cmd /c "
    "\"a < b\" && <x>☺ Empty= SubKey= Data=first Data=second Event.RenderingInfo.#attributes.Culture=en-US "
    "Message=Process\ncreated Event.RenderingInfo.Keywords.Keyword=A Event.RenderingInfo.Keywords.Keyword=B";

TEST(XmlRecord, HasTheFieldsThatEvtxHas) {
  const Read got = read(kEvent);
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events[0], std::string("1@0") + kFields);
  EXPECT_TRUE(schema().log_source(got.sources[0]).is_covered_by({"windows", "process_creation", ""}));
}

TEST(XmlRecord, ReadsEveryFormOfExport) {
  const std::string event = kEvent;
  const std::string head = "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n";
  const std::string document = head + "<!-- exported -->\n<Events>" + event + "\n  " + event + "</Events>\n";
  for (const std::string& bytes : {event + event, event + "\n" + event + "\n", document, "\xEF\xBB\xBF" + document}) {
    const Read got = read(bytes);
    ASSERT_EQ(got.events.size(), 2u) << bytes.substr(0, 80);
    for (const std::string& shown : got.events) EXPECT_TRUE(shown.ends_with(kFields)) << shown;
    EXPECT_EQ(got.counts.unparsed, 0u);
  }
  // Of any length of what is read at once, the places stay.
  for (std::size_t batch = 1; batch < 200; batch += 13) {
    const Read got = read(document, {.batch_bytes = batch});
    ASSERT_EQ(got.events.size(), 2u);
    EXPECT_TRUE(got.events[0].starts_with("3@" + std::to_string(document.find("<Event xmlns")) + " "));
    EXPECT_TRUE(got.events[1].starts_with("5@" + std::to_string(document.rfind("<Event xmlns")) + " "));
  }
}

TEST(XmlRecord, ReadsUtf16WithItsMark) {
  const std::string text = "<?xml version=\"1.0\" encoding=\"utf-16\"?><Events>\r\n" + std::string(kEvent) +
                           "\n<Event><A>\U0001F511ä</A></Event></Events>";
  const std::string little = "\xFF\xFE" + utf16le(text);
  std::string big = little;
  for (std::size_t i = 0; i < big.size(); i += 2) std::swap(big[i], big[i + 1]);
  for (const std::string& bytes : {little, big}) {
    for (const std::size_t batch : {1UL, 7UL, 64UL, 1000UL, 1UL << 20}) {
      const Read got = read(bytes, {.batch_bytes = batch});
      ASSERT_EQ(got.events.size(), 2u) << batch;
      EXPECT_TRUE(got.events[0].ends_with(kFields)) << got.events[0];
      const std::size_t units = utf16le(text.substr(0, text.rfind("<Event>"))).size();
      const std::size_t lines = 3 + 1;
      EXPECT_EQ(got.events[1], std::to_string(lines) + "@" + std::to_string(2 + units) + " Event.A=\U0001F511ä");
    }
  }
  EXPECT_EQ(read(little + "x").counts.defects.at("UTF-16 with half a character at its end"), 1u);
}

TEST(XmlRecord, LosesOnlyWhatIsDamaged) {
  const std::string whole = "<Event><A>1</A></Event>";
  const struct {
    const char* bytes;
    const char* reason;
  } kCases[] = {
      {"<Event><A>1</B></Event>", "damaged XML"},
      {"<Event><A>1</Event>", "damaged XML"},
      {"<Event><A b>1</A></Event>", "damaged XML"},
      {"<Event><A b='1>1</A></Event>", "damaged XML"},
      {"<Event><A>&nbsp;</A></Event>", "damaged XML"},
      {"<Event><A>&#x110000;</A></Event>", "damaged XML"},
      {"<Event><!DOCTYPE x [<!ENTITY a 'b'>]><A/></Event>", "XML with a document type"},
      {"<Event><A>cut short", "XML record that breaks off"},
  };
  for (const auto& one : kCases) {
    const Read got = read(whole + "\n" + one.bytes + "\n" + whole);
    ASSERT_EQ(got.events.size(), 3u) << one.bytes;
    EXPECT_EQ(got.events[0], "1@0 Event.A=1");
    EXPECT_EQ(got.events[1], std::string("2@24 !") + one.reason + ": " + one.bytes);
    EXPECT_TRUE(got.events[2].ends_with(" Event.A=1")) << got.events[2];
    EXPECT_EQ(got.counts.unparsed_by_reason.at(one.reason), 1u);
  }
  std::string deep = "<Event>";
  for (int i = 0; i < 100; ++i) deep += "<a>";
  for (int i = 0; i < 100; ++i) deep += "</a>";
  EXPECT_EQ(read(deep + "</Event>").counts.unparsed_by_reason.at("XML nested deeper than the limit"), 1u);
}

TEST(XmlRecord, LeavesLinesThatOnlyBeginLikeIt) {
  const Read got = read("<34>Oct 11 22:14:15 su: failed\n<EventLog>no</EventLog>\n");
  ASSERT_EQ(got.events.size(), 2u);
  EXPECT_EQ(got.counts.unparsed_by_reason.at("no known log format"), 2u);
}

TEST(XmlRecord, IsFoundInJson) {
  std::string escaped;
  for (const char* c = kEvent; *c != '\0'; ++c) {
    if (*c == '"') escaped += '\\';
    if (*c == '\r') {
      escaped += "\\r";
    } else if (*c == '\n') {
      escaped += "\\n";
    } else {
      escaped += *c;
    }
  }
  const Read got = read("{\"_raw\":\"" + escaped +
                        "\",\"sourcetype\":\"XmlWinEventLog\"}\n{\"preview\":false,\"result\":{\"_raw\":\"" + escaped +
                        "\"}}\n{\"_raw\":\"no XML\",\"Channel\":\"Security\",\"EventID\":1}\n");
  ASSERT_EQ(got.events.size(), 3u);
  for (int i = 0; i < 2; ++i) {
    EXPECT_NE(got.events[static_cast<std::size_t>(i)].find(kFields), std::string::npos) << got.events[0];
    EXPECT_TRUE(schema()
                    .log_source(got.sources[static_cast<std::size_t>(i)])
                    .is_covered_by({"windows", "process_creation", ""}));
  }
  EXPECT_NE(got.events[0].find(" sourcetype=XmlWinEventLog"), std::string::npos);
  EXPECT_TRUE(schema().log_source(got.sources[2]).is_covered_by({"windows", "", "security"})) << got.events[2];
}

}  // namespace
}  // namespace tocsin::event
