// EVTX files to measure and to fuzz with.
//
// usage: make_evtx events EVENTS.ndjson FILE.evtx    flat Windows events (one JSON object a line; - for standard input)
//                                                    as Windows would have written them: a definition for each kind of
//                                                    event in a chunk, values typed
//        make_evtx samples SEED FOLDER               small files with every token and type of value

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "base/bytes.h"
#include "base/json.h"
#include "event/evtx_test_writer.h"

namespace {

using namespace tocsin;
using namespace tocsin::event;
using Type = BinaryXmlType;

constexpr std::uint64_t kTime = 132'592'899'031'234'567;

std::string text_of(const json::Value& value) {
  if (const std::string* text = value.string()) return *text;
  return value.is_null() ? std::string() : json::print(value);
}

EvtxValue value_of(const json::Value& value) {
  if (const auto number = value.as_int64(); number && *number >= 0 && *number <= 0xFFFFFFFF) {
    return evtx_value(Type::uint32, le(static_cast<std::uint32_t>(*number)));
  }
  return evtx_string(text_of(value));
}

/// The System part of an event, with its data as a value that is binary XML.
void define_event(EvtxTestChunk& xml) {
  xml.open("Event", 1);
  xml.attribute("xmlns");
  xml.text("http://schemas.microsoft.com/win/2004/08/events/event");
  xml.close_start();
  xml.open("System");
  xml.close_start();
  xml.open("Provider", 2);
  xml.attribute("Name");
  xml.value(0, Type::string);
  xml.attribute("Guid");
  xml.value(1, Type::guid);
  xml.close_empty();
  const auto element = [&](const char* name, std::uint16_t index, Type type) {
    xml.open(name);
    xml.close_start();
    xml.value(index, type);
    xml.end();
  };
  element("EventID", 2, Type::uint16);
  element("Version", 3, Type::uint8);
  element("Level", 4, Type::uint8);
  element("Task", 5, Type::uint16);
  element("Opcode", 6, Type::uint8);
  element("Keywords", 7, Type::hex64);
  xml.open("TimeCreated", 1);
  xml.attribute("SystemTime");
  xml.value(8, Type::filetime);
  xml.close_empty();
  element("EventRecordID", 9, Type::uint64);
  xml.open("Correlation", 1);
  xml.attribute("ActivityID");
  xml.value(10, Type::guid);
  xml.close_empty();
  xml.open("Execution", 2);
  xml.attribute("ProcessID");
  xml.value(11, Type::uint32);
  xml.attribute("ThreadID");
  xml.value(12, Type::uint32);
  xml.close_empty();
  element("Channel", 13, Type::string);
  element("Computer", 14, Type::string);
  xml.open("Security", 1);
  xml.attribute("UserID");
  xml.value(15, Type::sid);
  xml.close_empty();
  xml.end();
  xml.value(16, Type::binary_xml);
  xml.end();
}

bool is_header(const std::string& name) {
  for (const char* known : {"Channel",
                            "Hostname",
                            "SourceName",
                            "ProviderGuid",
                            "EventID",
                            "Version",
                            "Task",
                            "Keywords",
                            "EventTime",
                            "RecordNumber",
                            "ExecutionProcessID",
                            "ThreadID",
                            "Message",
                            "@timestamp",
                            "@version",
                            "EventReceivedTime",
                            "SourceModuleName",
                            "SourceModuleType",
                            "Severity",
                            "SeverityValue",
                            "OpcodeValue",
                            "Opcode",
                            "Category",
                            "host",
                            "port",
                            "tags"}) {
    if (name == known) return true;
  }
  return false;
}

void add_event(EvtxTestChunk& chunk, std::uint64_t id, const json::Value& event) {
  const auto text = [&](const char* name) {
    const json::Value* found = event.find(name);
    return found == nullptr ? std::string() : text_of(*found);
  };
  const auto number = [&](const char* name) { return std::strtoull(text(name).c_str(), nullptr, 10); };
  const std::uint64_t time = kTime + id * 10'000;
  const std::string sid("\x01\x01\0\0\0\0\0\x05\x12\0\0\0", 12);
  std::vector<std::string> names;
  std::vector<EvtxValue> values;
  std::string kind = text("SourceName") + text("EventID");
  for (const json::Member& member : *event.object()) {
    if (is_header(member.key) || member.value.object() != nullptr || member.value.array() != nullptr) continue;
    names.push_back(member.key);
    kind += '|' + member.key;
    values.push_back(value_of(member.value));
  }
  chunk.begin_record(id, time);
  chunk.fragment();
  chunk.instance_with_xml("event", define_event,
                          {evtx_string(text("SourceName")),
                           evtx_value(Type::guid, std::string(16, '\x5a')),
                           evtx_value(Type::uint16, le(static_cast<std::uint16_t>(number("EventID")))),
                           evtx_value(Type::uint8, le(static_cast<std::uint8_t>(number("Version")))),
                           evtx_value(Type::uint8, le<std::uint8_t>(4)),
                           evtx_value(Type::uint16, le(static_cast<std::uint16_t>(number("Task")))),
                           evtx_value(Type::uint8, le<std::uint8_t>(0)),
                           evtx_value(Type::hex64, le<std::uint64_t>(0x8000000000000000)),
                           evtx_value(Type::filetime, le(time)),
                           evtx_value(Type::uint64, le(id)),
                           {},
                           evtx_value(Type::uint32, le(static_cast<std::uint32_t>(number("ExecutionProcessID")))),
                           evtx_value(Type::uint32, le(static_cast<std::uint32_t>(number("ThreadID")))),
                           evtx_string(text("Channel")),
                           evtx_string(text("Hostname")),
                           evtx_value(Type::sid, sid)},
                          [&](EvtxTestChunk& xml) {
                            xml.fragment();
                            xml.instance(
                                kind,
                                [&](EvtxTestChunk& definition) {
                                  definition.open("EventData");
                                  definition.close_start();
                                  for (std::size_t i = 0; i < names.size(); ++i) {
                                    definition.open("Data", 1);
                                    definition.attribute("Name");
                                    definition.text(names[i]);
                                    definition.close_start();
                                    definition.value(static_cast<std::uint16_t>(i), static_cast<Type>(values[i].type));
                                    definition.end();
                                  }
                                  definition.end();
                                },
                                values);
                            xml.end_of_fragment();
                          });
  chunk.end_of_fragment();
  chunk.end_record();
}

int write_events(const char* from, const char* to) {
  auto stream = ByteStream::open(from);
  if (!stream) return std::fprintf(stderr, "%s\n", print_error(stream.error()).c_str()), 2;
  LineReader lines(*std::move(stream));
  std::string out(EvtxFileHeader::kSize, '\0');
  std::uint64_t id = 0;
  std::uint16_t chunks = 0;
  EvtxTestChunk chunk;
  for (;;) {
    const auto line = lines.next();
    if (!line || !*line) break;
    const auto event = json::parse((*line)->text);
    if (!event || event->object() == nullptr) continue;
    for (int attempt = 0; attempt < 2; ++attempt) {
      EvtxTestChunk longer = chunk;
      add_event(longer, id + 1, *event);
      if (longer.size() <= kEvtxChunkSize) {
        chunk = std::move(longer);
        ++id;
        break;
      }
      if (attempt == 1) break;  // longer than a chunk: no EVTX can hold it
      out += chunk.finish();
      ++chunks;
      chunk = {};
    }
  }
  out += chunk.finish();
  out.replace(0, EvtxFileHeader::kSize, evtx_file_header(static_cast<std::uint16_t>(chunks + 1), id + 1));
  std::ofstream(to, std::ios::binary) << out;
  std::printf("%llu records, %zu bytes\n", static_cast<unsigned long long>(id), out.size());
  return 0;
}

/// One record with a value of each type and a token of each kind; what varies comes from the seed.
std::string sample(std::mt19937& random, unsigned number) {
  EvtxTestChunk chunk;
  const auto bytes = [&](std::size_t size) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(random());
    return out;
  };
  const std::vector<EvtxValue> all = {evtx_string("sample \xC3\xA4"),
                                      evtx_value(Type::ansi_string, "ansi \xe4"),
                                      evtx_value(Type::int8, bytes(1)),
                                      evtx_value(Type::uint8, bytes(1)),
                                      evtx_value(Type::int16, bytes(2)),
                                      evtx_value(Type::uint16, bytes(2)),
                                      evtx_value(Type::int32, bytes(4)),
                                      evtx_value(Type::uint32, bytes(4)),
                                      evtx_value(Type::int64, bytes(8)),
                                      evtx_value(Type::uint64, bytes(8)),
                                      evtx_value(Type::real32, le(1.5f)),
                                      evtx_value(Type::real64, le(-2.25)),
                                      evtx_value(Type::boolean, le<std::uint32_t>(1)),
                                      evtx_value(Type::binary, bytes(5)),
                                      evtx_value(Type::guid, bytes(16)),
                                      evtx_value(Type::filetime, le(kTime)),
                                      evtx_value(Type::hex32, bytes(4)),
                                      evtx_value(Type::hex64, bytes(8)),
                                      evtx_value(Type::sid, std::string("\x01\x01\0\0\0\0\0\x05\x12\0\0\0", 12)),
                                      evtx_array(Type::string, utf16le(std::string("a\0bc\0", 5))),
                                      evtx_array(Type::uint16, bytes(6)),
                                      {}};
  const std::size_t first = number * 4 % all.size();
  for (std::uint64_t id = 1; id <= 2; ++id) {
    chunk.begin_record(id, kTime);
    chunk.fragment();
    chunk.instance_with_xml(
        "outer",
        [](EvtxTestChunk& xml) {
          xml.open("Event", 1);
          xml.attribute("Name");
          xml.value(0, Type::string);
          xml.close_start();
          xml.value(1, Type::binary_xml);
          xml.end();
        },
        {evtx_string("x")},
        [&](EvtxTestChunk& inner) {
          inner.fragment();
          const std::vector<EvtxValue> values(all.begin() + static_cast<std::ptrdiff_t>(first), all.end());
          inner.instance(
              "inner",
              [&](EvtxTestChunk& xml) {
                xml.open("EventData");
                xml.close_start();
                for (std::uint16_t i = 0; i < 4 && i < values.size(); ++i) {
                  xml.open("Data", 1);
                  xml.attribute("Name");
                  if (i == 0) {
                    xml.value(1, Type::string);
                  } else {
                    xml.text(std::string(1, static_cast<char>('A' + i)));
                  }
                  xml.close_start();
                  xml.value(i, static_cast<Type>(values[i].type));
                  xml.end();
                }
                xml.open("T");
                xml.close_start();
                xml.text("t");
                xml.entity("amp");
                xml.cdata("c");
                xml.character(9);
                xml.open("E");
                xml.close_empty();
                xml.end();
                xml.end();
              },
              std::vector(values.begin(),
                          values.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(4, values.size()))));
          inner.end_of_fragment();
        });
    chunk.end_of_fragment();
    chunk.end_record();
  }
  return chunk.finish().substr(0, chunk.size());  // a chunk that breaks off: small, and read all the same
}

int write_samples(unsigned seed, const std::string& folder) {
  std::mt19937 random(seed);
  std::filesystem::create_directories(folder);
  for (unsigned number = 0; number < 6; ++number) {
    std::ofstream(folder + "/types-" + std::to_string(number), std::ios::binary) << sample(random, number);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc == 4 ? argv[1] : "";
  if (what == "events") return write_events(argv[2], argv[3]);
  if (what == "samples") return write_samples(static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10)), argv[3]);
  std::fputs("usage: make_evtx events EVENTS.ndjson FILE.evtx | make_evtx samples SEED FOLDER\n", stderr);
  return 2;
}
