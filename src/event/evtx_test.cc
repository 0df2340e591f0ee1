#include "event/evtx.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "event/evtx_test_writer.h"
#include "event/reader.h"

namespace tocsin::event {
namespace {

using Type = BinaryXmlType;

Schema& schema() {
  static const std::unique_ptr<Schema> schema = Schema::load(TOCSIN_SOURCE_DIR "/packs/event").value();
  return *schema;
}

struct Read {
  std::vector<std::string> events;  ///< "number@offset name=value…", or "number@offset !reason: text"
  ReadCounts counts;
};

std::string shown(const Event& event) {
  std::string out = event.record_number ? std::to_string(*event.record_number) : "-";
  out += "@" + std::to_string(event.offset);
  if (event.unparsed != nullptr) return out + " !" + event.unparsed + ": " + std::string(event.record);
  std::string scratch;
  for (const Slot& slot : event.slots) {
    out += " " + std::string(schema().name(slot.field)) + "=";
    if (slot.kind == TokenKind::null) out += "(null)";
    if (slot.kind == TokenKind::number) out += "#";
    out += decode_token(slot.token(), scratch);
  }
  return out;
}

Read read(const std::string& bytes, ReadOptions options = {}) {
  const std::string path = testing::TempDir() + "evtx_test.evtx";
  std::ofstream(path, std::ios::binary) << bytes;
  EventReader reader = EventReader::open(path, schema(), options).value();
  Read out;
  for (;;) {
    const auto batch = reader.next();
    EXPECT_TRUE(batch.has_value());
    if (!batch || !*batch) break;
    for (const Event& event : (*batch)->events) out.events.push_back(shown(event));
  }
  out.counts = reader.counts();
  EXPECT_EQ(out.counts.bytes, bytes.size());
  std::remove(path.c_str());
  return out;
}

std::string file_of(const std::vector<std::string>& chunks) {
  std::string out = evtx_file_header(static_cast<std::uint16_t>(chunks.size()), 100);
  for (const std::string& chunk : chunks) out += chunk;
  return out;
}

/// A record whose binary XML is one element written by `write`.
template <typename Write>
void add_record(EvtxTestChunk& chunk, std::uint64_t id, const Write& write) {
  chunk.begin_record(id, 132'592'899'031'234'567ULL);  // 2021-03-04T00:05:03.1234567Z
  chunk.fragment();
  write(chunk);
  chunk.end_of_fragment();
  chunk.end_record();
}

/// <Event><EventData><Data Name="A">value</Data></EventData></Event>, the value by a template.
void add_data(EvtxTestChunk& chunk, std::uint64_t id, const EvtxValue& value) {
  add_record(chunk, id, [&](EvtxTestChunk& xml) {
    xml.instance("data",
                 [](EvtxTestChunk& definition) {
                   definition.open("Event");
                   definition.close_start();
                   definition.open("EventData");
                   definition.close_start();
                   definition.open("Data", 1);
                   definition.attribute("Name");
                   definition.text("A");
                   definition.close_start();
                   definition.value(0, Type::string);
                   definition.end();
                   definition.end();
                   definition.end();
                 },
                 {value});
  });
}

std::string text_of(const EvtxValue& value) {
  EvtxTestChunk chunk;
  add_data(chunk, 1, value);
  const Read got = read(file_of({chunk.finish()}));
  if (got.events.size() != 1) return "?";
  return got.events[0].substr(got.events[0].find(' ') + 1);
}

TEST(Evtx, ReadsTheSystemPart) {
  EvtxTestChunk chunk;
  const auto define = [](EvtxTestChunk& xml) {
    xml.open("Event", 1);
    xml.attribute("xmlns");
    xml.text("urn:x");
    xml.close_start();
    xml.open("System");
    xml.close_start();
    xml.open("Provider", 2);
    xml.attribute("Name");
    xml.value(0, Type::string);
    xml.attribute("Guid");
    xml.value(1, Type::guid);
    xml.close_empty();
    xml.open("EventID", 1);
    xml.attribute("Qualifiers");
    xml.value(2, Type::uint16);
    xml.close_start();
    xml.value(3, Type::uint16);
    xml.end();
    xml.open("TimeCreated", 1);
    xml.attribute("SystemTime");
    xml.value(4, Type::filetime);
    xml.close_empty();
    xml.open("Correlation", 1);
    xml.attribute("ActivityID");
    xml.value(5, Type::guid);
    xml.close_empty();
    xml.open("Channel");
    xml.close_start();
    xml.text("Security");
    xml.end();
    xml.open("Computer");
    xml.close_start();
    xml.value(6, Type::string, false);
    xml.end();
    xml.open("Security", 1);
    xml.attribute("UserID");
    xml.value(7, Type::sid);
    xml.close_empty();
    xml.end();
    xml.open("UserData");
    xml.close_start();
    xml.value(8, Type::binary_xml);
    xml.end();
    xml.end();
  };
  const std::string guid = "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10";
  const std::string sid("\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0\0", 16);
  for (const std::uint64_t id : {7ULL, 8ULL}) {
    const bool first = id == 7;
    add_record(chunk, id, [&](EvtxTestChunk& xml) {
      xml.instance_with_xml(
          "system", define,
          {evtx_string("Provider-A"), evtx_value(Type::guid, guid),
           first ? evtx_value(Type::uint16, le<std::uint16_t>(16384)) : EvtxValue{},
           evtx_value(Type::uint16, le<std::uint16_t>(4688)),
           evtx_value(Type::filetime, le(132'592'899'031'234'567ULL)),
           first ? EvtxValue{} : evtx_value(Type::guid, guid), evtx_string("host-Ä"), evtx_value(Type::sid, sid)},
          [&](EvtxTestChunk& inner) {
            inner.fragment();
            inner.instance("user",
                           [](EvtxTestChunk& definition) {
                             definition.open("EventXML");
                             definition.close_start();
                             definition.open("Param");
                             definition.close_start();
                             definition.value(0, Type::string);
                             definition.end();
                             definition.end();
                           },
                           {evtx_string(first ? "one" : "two")});
          });
    });
  }
  const Read got = read(file_of({chunk.finish()}));
  ASSERT_EQ(got.events.size(), 2u);
  EXPECT_EQ(got.events[0],
            "7@4608 Event.#attributes.xmlns=urn:x Provider_Name=Provider-A "
            "Provider_Guid=04030201-0605-0807-090A-0B0C0D0E0F10 Event.System.EventID.#attributes.Qualifiers=#16384 "
            "EventID=#4688 TimeCreated_SystemTime=2021-03-04T00:05:03.123456Z Event.System.Correlation=(null) "
            "Channel=Security Computer=host-Ä Security_UserID=S-1-5-32-544 Param=one");
  EXPECT_TRUE(got.events[1].starts_with("8@")) << got.events[1];
  EXPECT_NE(got.events[1].find(" EventID=#4688 "), std::string::npos) << got.events[1];
  EXPECT_EQ(got.events[1].find("Qualifiers"), std::string::npos) << "a null attribute is not there";
  EXPECT_NE(got.events[1].find(" Correlation_ActivityID=04030201-"), std::string::npos) << got.events[1];
  EXPECT_TRUE(got.events[1].ends_with(" Param=two")) << got.events[1];
  EXPECT_TRUE(got.counts.defects.empty());
}

TEST(Evtx, GivesTimeHostAndLogSource) {
  EvtxTestChunk chunk;
  add_record(chunk, 1, [](EvtxTestChunk& xml) {
    xml.open("Event");
    xml.close_start();
    xml.open("System");
    xml.close_start();
    xml.open("EventID");
    xml.close_start();
    xml.text("1");
    xml.end();
    xml.open("Channel");
    xml.close_start();
    xml.text("Microsoft-Windows-Sysmon/Operational");
    xml.end();
    xml.open("TimeCreated", 1);
    xml.attribute("SystemTime");
    xml.text("2021-03-01T10:05:03Z");
    xml.close_empty();
    xml.open("Computer");
    xml.close_start();
    xml.text("web-01");
    xml.end();
    xml.end();
    xml.end();
  });
  const std::string bytes = file_of({chunk.finish()});
  const std::string path = testing::TempDir() + "evtx_source.evtx";
  std::ofstream(path, std::ios::binary) << bytes;
  EventReader reader = EventReader::open(path, schema()).value();
  const auto batch = reader.next().value();
  ASSERT_TRUE(batch && batch->events.size() == 1);
  const Event& event = batch->events[0];
  EXPECT_EQ(event.host.raw, "web-01");
  EXPECT_EQ(event.time.raw, "2021-03-01T10:05:03Z");
  EXPECT_TRUE(schema().log_source(event.log_source).is_covered_by({"windows", "process_creation", ""}));
  EXPECT_EQ(event.line, 0u);
  std::remove(path.c_str());
}

TEST(Evtx, PrintsEveryTypeOfValue) {
  EXPECT_EQ(text_of(evtx_string("täxt \U0001F511")), "A=täxt \U0001F511");
  EXPECT_EQ(text_of(evtx_string(std::string("ends\0here", 9))), "A=ends");
  EXPECT_EQ(text_of({}), "A=");
  EXPECT_EQ(text_of(evtx_value(Type::ansi_string, "gr\xfc\xdf\x65 \x80")), "A=grüße €");
  EXPECT_EQ(text_of(evtx_value(Type::int8, le<std::int8_t>(-5))), "A=#-5");
  EXPECT_EQ(text_of(evtx_value(Type::uint8, le<std::uint8_t>(250))), "A=#250");
  EXPECT_EQ(text_of(evtx_value(Type::int16, le<std::int16_t>(-300))), "A=#-300");
  EXPECT_EQ(text_of(evtx_value(Type::uint16, le<std::uint16_t>(65535))), "A=#65535");
  EXPECT_EQ(text_of(evtx_value(Type::int32, le<std::int32_t>(-70000))), "A=#-70000");
  EXPECT_EQ(text_of(evtx_value(Type::uint32, le<std::uint32_t>(4000000000u))), "A=#4000000000");
  EXPECT_EQ(text_of(evtx_value(Type::int64, le<std::int64_t>(-5'000'000'000))), "A=#-5000000000");
  EXPECT_EQ(text_of(evtx_value(Type::uint64, le(~std::uint64_t{0}))), "A=#18446744073709551615");
  EXPECT_EQ(text_of(evtx_value(Type::real32, le(1.5f))), "A=1.5");
  EXPECT_EQ(text_of(evtx_value(Type::real64, le(-0.1))), "A=-0.1");
  EXPECT_EQ(text_of(evtx_value(Type::boolean, le<std::uint32_t>(1))), "A=true");
  EXPECT_EQ(text_of(evtx_value(Type::boolean, le<std::uint32_t>(0))), "A=false");
  EXPECT_EQ(text_of(evtx_value(Type::binary, std::string("\x00\xab\x10", 3))), "A=00AB10");
  EXPECT_EQ(text_of(evtx_value(Type::size, le<std::uint32_t>(0xAB))), "A=0xab");
  EXPECT_EQ(text_of(evtx_value(Type::size, le<std::uint64_t>(0xABCDEF0123))), "A=0xabcdef0123");
  EXPECT_EQ(text_of(evtx_value(Type::hex32, le<std::uint32_t>(0xC0000234))), "A=0xc0000234");
  EXPECT_EQ(text_of(evtx_value(Type::hex64, le<std::uint64_t>(0x8000000000000000))), "A=0x8000000000000000");
  EXPECT_EQ(text_of(evtx_value(Type::filetime, le<std::uint64_t>(0))), "A=1601-01-01T00:00:00.000000Z");
  EXPECT_EQ(
      text_of(evtx_value(Type::systemtime, le<std::uint16_t>(2021) + le<std::uint16_t>(3) + le<std::uint16_t>(1) +
                                               le<std::uint16_t>(31) + le<std::uint16_t>(23) + le<std::uint16_t>(59) +
                                               le<std::uint16_t>(58) + le<std::uint16_t>(7))),
      "A=2021-03-31T23:59:58.007000Z");
  EXPECT_EQ(text_of(evtx_value(Type::sid, std::string("\x01\x05\0\0\0\0\0\x05\x15\0\0\0\xff\xff\xff\xff"
                                                      "\x01\0\0\0\x02\0\0\0\xf4\x01\0\0",
                                                      28))),
            "A=S-1-5-21-4294967295-1-2-500");
}

TEST(Evtx, RepeatsAnElementForEachValueOfAnArray) {
  EXPECT_EQ(text_of(evtx_array(Type::string, utf16le(std::string("one\0two\0", 8)))), "A=one A=two");
  EXPECT_EQ(text_of(evtx_array(Type::uint16, le<std::uint16_t>(1) + le<std::uint16_t>(2))), "A=#1 A=#2");
  EXPECT_EQ(text_of(evtx_array(Type::hex64, le<std::uint64_t>(16))), "A=0x10");
  EXPECT_EQ(text_of(evtx_array(Type::string, "")), "A=");
}

TEST(Evtx, RefusesValuesThatDontFitTheirType) {
  for (const EvtxValue& value :
       {evtx_value(Type::uint32, "\x01"), evtx_value(Type::guid, "short"), evtx_value(Type::sid, "\x01\x0f"),
        EvtxValue{0x77, "x"}, evtx_array(Type::uint32, "\x01\x02\x03"), evtx_array(Type::binary, "ab"),
        evtx_value(Type::systemtime, std::string(16, '\xff'))}) {
    EvtxTestChunk chunk;
    add_data(chunk, 1, value);
    add_data(chunk, 2, evtx_string("next"));
    const Read got = read(file_of({chunk.finish()}));
    ASSERT_EQ(got.events.size(), 2u);
    EXPECT_TRUE(got.events[0].starts_with("1@4608 !binary XML with a value that doesn't fit its type:"))
        << got.events[0];
    EXPECT_TRUE(got.events[1].ends_with(" A=next"));
    EXPECT_EQ(got.counts.unparsed, 1u);
  }
}

TEST(Evtx, CountsLoneSurrogates) {
  EvtxTestChunk chunk;
  add_data(chunk, 1, evtx_value(Type::string, std::string("a\0\x00\xd8z\0", 6)));
  const Read got = read(file_of({chunk.finish()}));
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_TRUE(got.events[0].ends_with(" A=a\uFFFDz")) << got.events[0];
  EXPECT_EQ(got.counts.defects.at("lone surrogate"), 1u);
}

TEST(Evtx, ReadsElementsOutsideTemplates) {
  EvtxTestChunk chunk;
  add_record(chunk, 1, [](EvtxTestChunk& xml) {
    xml.open("Event");
    xml.close_start();
    xml.open("EventData", 1);
    xml.attribute("Name");
    xml.text("DATA");
    xml.close_start();
    xml.open("Data");
    xml.close_start();
    xml.text("a ");
    xml.entity("lt");
    xml.cdata("b]]");
    xml.character(0x263A);
    xml.entity("nbsp");
    xml.end();
    xml.open("Data");
    xml.close_start();
    xml.text("second");
    xml.end();
    xml.open("Data", 1);
    xml.attribute("Name");
    xml.text("Sub Key");
    xml.close_start();
    xml.end();
    xml.open("Binary");
    xml.close_empty();
    xml.text("beside");
    xml.end();
    xml.end();
  });
  const Read got = read(file_of({chunk.finish()}));
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events[0],
            "1@4608 Event.EventData.#attributes.Name=DATA Data=a <b]]☺&nbsp; Data=second SubKey= Binary=(null) "
            "#text=beside");
}

TEST(Evtx, ReadsManyRecordsOfOneDefinition) {
  EvtxTestChunk chunk;
  std::uint64_t id = 0;
  while (chunk.size() < 60000) {
    ++id;
    add_data(chunk, id, evtx_string("v" + std::to_string(id)));
  }
  const std::string bytes = chunk.finish();
  const Read got = read(file_of({bytes, bytes, bytes}), {.batch_bytes = 1});
  ASSERT_EQ(got.events.size(), 3 * id) << got.events.back();
  EXPECT_TRUE(got.events[id - 1].ends_with(" A=v" + std::to_string(id)));
  EXPECT_EQ(got.events[id], "1@" + std::to_string(4096 + 65536 + 512) + " A=v1");
}

// Damage.

TEST(Evtx, ReadsDirtyFiles) {  // a header that says there is nothing, a chunk whose header lags behind
  EvtxTestChunk chunk;
  add_data(chunk, 1, evtx_string("one"));
  const std::string early = chunk.finish();
  add_data(chunk, 2, evtx_string("two"));
  std::string late = chunk.finish();
  late.replace(0, kEvtxChunkHeader, early.substr(0, kEvtxChunkHeader));
  const Read got = read(evtx_file_header(0, 0, 1) + late);
  ASSERT_EQ(got.events.size(), 1u) << "a header that holds says where the records end";
  late[48] = static_cast<char>(late[48] + 8);
  const Read all = read(evtx_file_header(0, 0, 1) + late);
  ASSERT_EQ(all.events.size(), 2u);
  EXPECT_TRUE(all.events[1].ends_with(" A=two"));
  EXPECT_EQ(all.counts.defects.at("EVTX chunk header with a wrong checksum"), 1u);
  EXPECT_EQ(all.counts.defects.at("EVTX chunk whose records have a wrong checksum"), 1u);
}

TEST(Evtx, GoesOnAfterADamagedRecord) {
  EvtxTestChunk chunk;
  add_data(chunk, 1, evtx_string("one"));
  const std::size_t second = chunk.size();
  add_data(chunk, 2, evtx_string("whoami /all"));
  const std::size_t third = chunk.size();
  add_data(chunk, 3, evtx_string("three"));
  std::string bytes = chunk.finish();
  bytes[second + 4] = 1;  // its size
  const Read got = read(file_of({bytes}));
  ASSERT_EQ(got.events.size(), 3u);
  EXPECT_EQ(got.events[1], "2@" + std::to_string(4096 + second) + " !EVTX record whose size is wrong: whoami /all");
  EXPECT_TRUE(got.events[2].starts_with("3@" + std::to_string(4096 + third)));
  EXPECT_EQ(got.counts.unparsed_by_reason.at("EVTX record whose size is wrong"), 1u);
}

TEST(Evtx, FindsRecordsInAChunkWithoutHeader) {
  EvtxTestChunk chunk;
  add_data(chunk, 1, evtx_string("one"));
  add_data(chunk, 2, evtx_string("two"));
  std::string bytes = chunk.finish();
  bytes.replace(0, 512, std::string(512, 'x'));
  const Read got = read(file_of({bytes, std::string(65536, '\0'), chunk.finish()}));
  ASSERT_EQ(got.events.size(), 6u);
  EXPECT_EQ(got.events[0], "-@4096 !EVTX chunk without a header: ");
  EXPECT_TRUE(got.events[1].starts_with("-@4096 !bytes in an EVTX chunk that are no record:")) << got.events[1];
  EXPECT_TRUE(got.events[2].ends_with(" A=one"));
  EXPECT_TRUE(got.events[3].ends_with(" A=two"));
  EXPECT_TRUE(got.events[4].ends_with(" A=one"));
}

TEST(Evtx, ReadsWhatThereIsOfAFileThatBreaksOff) {
  EvtxTestChunk chunk;
  add_data(chunk, 1, evtx_string("one"));
  const std::size_t whole = chunk.size();
  add_data(chunk, 2, evtx_string("two"));
  const std::string bytes = file_of({chunk.finish()});
  const Read got = read(bytes.substr(0, 4096 + whole + 40));
  ASSERT_EQ(got.events.size(), 2u);
  EXPECT_TRUE(got.events[0].ends_with(" A=one"));
  EXPECT_TRUE(got.events[1].starts_with("2@" + std::to_string(4096 + whole) + " !EVTX record whose size is wrong"));
  EXPECT_EQ(read(bytes.substr(0, 100)).events,
            std::vector<std::string>{"-@0 !EVTX file that breaks off in its header: "});
  for (std::size_t size = 4096; size < 4096 + chunk.size(); size += 7) read(bytes.substr(0, size));
}

TEST(Evtx, ReadsAChunkByItself) {
  EvtxTestChunk chunk;
  add_data(chunk, 1, evtx_string("one"));
  const Read got = read(chunk.finish());
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_TRUE(got.events[0].starts_with("1@512 "));
}

TEST(Evtx, BoundsWhatUnfolds) {
  EvtxTestChunk loop;  // a definition that instantiates itself
  loop.begin_record(1, 1);
  loop.fragment();
  const std::size_t instance = loop.size();
  loop.instance("loop",
                [&](EvtxTestChunk& xml) {
                  xml.open("Event");
                  xml.close_start();
                  xml.token(0x0C);
                  xml.token(0x01);
                  xml.raw(le<std::uint32_t>(0));
                  xml.raw(le(static_cast<std::uint32_t>(instance + 10)));
                  xml.raw(le<std::uint32_t>(0));
                  xml.end();
                },
                {});
  loop.end_record();
  const Read looped = read(file_of({loop.finish()}));
  ASSERT_EQ(looped.events.size(), 1u);
  EXPECT_TRUE(looped.events[0].starts_with("1@4608 !binary XML nested deeper than the limit")) << looped.events[0];

  EvtxTestChunk bomb;  // a long value, used a thousand times
  add_record(bomb, 1, [](EvtxTestChunk& xml) {
    xml.instance("bomb",
                 [](EvtxTestChunk& definition) {
                   definition.open("Event");
                   definition.close_start();
                   for (int i = 0; i < 1000; ++i) {
                     definition.open("X");
                     definition.close_start();
                     definition.value(0, Type::string);
                     definition.end();
                   }
                   definition.end();
                 },
                 {evtx_string(std::string(12000, 'x'))});
  });
  const Read bombed = read(file_of({bomb.finish()}));
  ASSERT_EQ(bombed.events.size(), 1u);
  EXPECT_NE(bombed.events[0].find("!binary XML that unfolds beyond the limit"), std::string::npos);

  EvtxTestChunk many;
  add_data(many, 1, evtx_array(Type::uint8, std::string(500, 'x')));
  const Read cut = read(file_of({many.finish()}), {.max_fields = 10});
  EXPECT_EQ(cut.counts.defects.at("more fields than the limit"), 1u);
}

TEST(Evtx, KnowsWhatItIsAskedFor) {
  const Read got = read("not EVTX\n", {.format = LogFormat::evtx});
  EXPECT_EQ(got.events, std::vector<std::string>{"-@0 !EVTX file that breaks off in its header: "});
  EvtxTestChunk chunk;
  add_data(chunk, 1, evtx_string("one"));
  EXPECT_GT(read(chunk.finish(), {.format = LogFormat::json}).counts.unparsed, 0u);
}

// SigmaHQ's recorded events lie there twice: as EVTX, and as the JSON that evtx_dump made of it.
TEST(EvtxCorpus, GivesTheFieldsOfTheSameRecordsInJson) {
  const std::string archive = TOCSIN_DATA_DIR "/sigma/regression-dev.tar.zst";
  if (!std::filesystem::exists(archive)) GTEST_SKIP() << archive << " is not there";
  const std::string folder = testing::TempDir() + "evtx_corpus";
  std::filesystem::create_directories(folder);
  ASSERT_EQ(std::system(("zstd -dcq " + archive + " | tar -x -C " + folder).c_str()), 0);
  const auto fields = [](const std::string& path) {
    EventReader reader = EventReader::open(path, schema()).value();
    std::vector<std::vector<std::string>> out;
    while (const auto batch = reader.next().value()) {
      for (const Event& event : batch->events) {
        std::string scratch;
        auto& names = out.emplace_back();
        EXPECT_EQ(event.unparsed, nullptr) << path << ": " << event.unparsed;
        for (const Slot& slot : event.slots) {
          const bool is_null = slot.kind == TokenKind::null;
          std::string text = is_null ? "" : std::string(decode_token(slot.token(), scratch));
          // The tools that wrote the JSON left out spaces at the end and were not at one on digits of time and on case.
          while (text.ends_with(' ')) text.pop_back();
          text = ascii_lower(text);
          if (schema().name(slot.field) == "TimeCreated_SystemTime")
            text.resize(std::min<std::size_t>(text.size(), 26));
          names.push_back(std::string(schema().name(slot.field)) + "/" + std::to_string(slot.rank) +
                          (is_null                          ? ""
                           : slot.kind == TokenKind::number ? "#"
                                                            : "=") +
                          text);
        }
        std::ranges::sort(names);
      }
    }
    return out;
  };
  std::size_t files = 0;
  std::size_t records = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".evtx") continue;
    auto twin = entry.path();
    twin.replace_extension(".json");
    if (!std::filesystem::exists(twin)) continue;
    ++files;
    const auto ours = fields(entry.path());
    records += ours.size();
    EXPECT_EQ(ours, fields(twin)) << entry.path();
  }
  EXPECT_GT(files, 0u);
  EXPECT_GE(records, files);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tocsin::event
