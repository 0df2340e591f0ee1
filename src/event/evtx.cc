#include "event/evtx.h"

#include <algorithm>

#include "event/utf16.h"

namespace tocsin::event {

namespace {

constexpr const char* kNoChunk = "EVTX chunk without a header";
constexpr const char* kCutHeader = "EVTX file that breaks off in its header";

}  // namespace

bool looks_like_evtx(std::string_view bytes) {
  return bytes.starts_with(kEvtxFileMagic) || bytes.starts_with(kEvtxChunkMagic);
}

EvtxCodec::EvtxCodec(Schema& schema, const BinaryXmlLimits& limits) : schema_(schema), xml_(schema, limits) {}

std::size_t EvtxCodec::read(std::string_view bytes, std::uint64_t offset, bool is_last, EventBatch& batch,
                            std::vector<std::size_t>& slot_ends, ReadCounts& counts) {
  std::size_t at = 0;
  if (at_start_) {
    if (bytes.size() < EvtxFileHeader::kSize && !is_last) return 0;
    at_start_ = false;
    if (!bytes.starts_with(kEvtxChunkMagic)) {
      const EvtxFileHeader header = read_evtx_header(bytes);
      if (!header.checksum_holds) ++counts.defects["EVTX file header with a wrong checksum"];
      if (bytes.size() < header.size) {
        Event event{.offset = offset, .unparsed = kCutHeader};
        batch.events.push_back(event);
        slot_ends.push_back(batch.slots.size());
        ++counts.events;
        ++counts.unparsed;
        ++counts.unparsed_by_reason[kCutHeader];
        return bytes.size();
      }
      at = header.size;
    }
  }
  while (bytes.size() - at >= kEvtxChunkSize || (is_last && at < bytes.size())) {
    const std::string_view chunk = bytes.substr(at, kEvtxChunkSize);
    read_chunk(chunk, offset + at, batch, slot_ends, counts);
    at += chunk.size();
  }
  return at;
}

void EvtxCodec::read_chunk(std::string_view bytes, std::uint64_t offset, EventBatch& batch,
                           std::vector<std::size_t>& slot_ends, ReadCounts& counts) {
  EvtxChunk chunk(bytes);
  const auto add = [&](Event& event) {
    ++counts.events;
    if (event.unparsed != nullptr) {
      event.log_source = neighbours_;
      ++counts.unparsed;
      ++counts.unparsed_by_reason[event.unparsed];
    } else if (event.log_source != last_source_) {
      last_source_ = event.log_source;
      neighbours_ = schema_.intern({schema_.log_source(last_source_).product, {}, {}});
    }
    batch.events.push_back(event);
    slot_ends.push_back(batch.slots.size());
  };
  if (!chunk.has_header()) {
    if (bytes.find_first_not_of('\0') == std::string_view::npos) return;  // room that was never used
    Event event{.offset = offset, .unparsed = kNoChunk};
    add(event);
  } else {
    if (!chunk.header_checksum_holds()) ++counts.defects["EVTX chunk header with a wrong checksum"];
    if (!chunk.records_checksum_holds()) ++counts.defects["EVTX chunk whose records have a wrong checksum"];
  }
  xml_.begin_chunk(bytes);
  while (const auto record = chunk.next()) {
    Event event{.offset = offset + record->begin};
    if (record->id != 0) event.record_number = record->id;
    event.unparsed = record->problem;
    if (event.unparsed == nullptr) {
      event.unparsed = xml_.read(record->xml_begin, record->xml_end, event, batch.slots, batch.arena, counts.defects);
    }
    if (event.unparsed != nullptr) {
      event.record = batch.arena.copy(printable_utf16le(bytes.substr(record->begin, record->end - record->begin)));
      if (record->filetime != 0) {
        event.time = {TokenKind::text, print_filetime(record->filetime, batch.arena)};
        event.time_style = TimeStyle::rfc3339;
      }
    }
    add(event);
  }
}

}  // namespace tocsin::event
