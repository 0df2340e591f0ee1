#include "event/reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/bytes.h"
#include "event/access_log.h"
#include "event/evtx.h"
#include "event/json_record.h"
#include "event/record_splitter.h"
#include "event/utf16.h"
#include "event/xml_record.h"

namespace tocsin::event {

namespace {

constexpr const char* kNoFormat = "no known log format";
constexpr const char* kOtherFormat = "not of the format that was asked for";
constexpr const char* kBadJson = "damaged JSON";
constexpr const char* kCutJson = "JSON record that breaks off";
constexpr const char* kCutXml = "XML record that breaks off";
constexpr const char* kTooLong = "record longer than the limit";
constexpr std::size_t kEvtxBatch = 4 * kEvtxChunkSize;  // what becomes of them still fits the processor's cache
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

struct EventReader::State {
  State(std::string file, ByteStream in, Schema& names, const ReadOptions& limits)
      : path(std::move(file)),
        stream(std::move(in)),
        schema(names),
        options(limits),
        json(names, {.max_fields = limits.max_fields, .max_depth = limits.max_depth}),
        xml(names, {.max_fields = limits.max_fields, .max_depth = limits.max_depth}),
        access_log(names) {
    if (limits.format == LogFormat::evtx) read_as_evtx();
  }

  /// Whether the file's kind is known, from its first bytes.
  bool is_decided(PaddedBytes& chunk) {
    if (!is_undecided) return true;
    const std::string_view text = chunk.view();
    if (text.size() < kEvtxFileMagic.size() && !at_end) return false;
    is_undecided = false;
    if (options.format == LogFormat::detect && looks_like_evtx(text)) read_as_evtx();
    if (evtx) return true;
    utf16 = text.starts_with("\xFF\xFE") ? Utf16::little : text.starts_with("\xFE\xFF") ? Utf16::big : Utf16::none;
    if (utf16 == Utf16::none) return true;
    // What has been read so far goes the way of everything that follows.
    std::string raw(text.substr(2));
    if (raw.size() % 2 != 0) {
      if (at_end) ++counts.defects["UTF-16 with half a character at its end"];
      units_left = raw.back();
      raw.pop_back();
    }
    if (utf16 == Utf16::big) {
      for (std::size_t i = 0; i < raw.size(); i += 2) std::swap(raw[i], raw[i + 1]);
    }
    if (!at_end && raw.size() >= 2 && (static_cast<unsigned char>(raw.back()) & 0xFC) == 0xD8) {
      std::string high = raw.substr(raw.size() - 2);
      if (utf16 == Utf16::big) std::swap(high[0], high[1]);
      units_left.insert(0, high);
      raw.resize(raw.size() - 2);
    }
    std::string utf8;
    append_utf16le(utf8, raw);
    chunk = PaddedBytes::copy_of(utf8);
    offset = 2;  // in bytes of the file, as everywhere
    return true;
  }

  /// Bytes of the file that `text` came from.
  std::uint64_t size_in_file(std::string_view text) const {
    if (utf16 == Utf16::none) return text.size();
    std::uint64_t units = 0;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      units += (byte & 0xC0) != 0x80 ? 1U : 0U;
      units += byte >= 0xF0 ? 1U : 0U;
    }
    return 2 * units;
  }

  void read_as_evtx() {
    evtx.emplace(schema, BinaryXmlLimits{.max_fields = options.max_fields, .max_depth = options.max_depth});
  }

  /// Bytes of the file as they come.
  std::size_t take(char* into, std::size_t capacity) {
    Result<std::size_t> got = stream.read(into, capacity);
    if (!got) failure = got.error();  // told once what came before it has been delivered
    is_idle = got && *got == 0 && options.is_growing;
    at_end = !is_idle && (!got || *got == 0);
    counts.bytes += got.value_or(0);
    return got.value_or(0);
  }

  /// The same of a file in UTF-16, as UTF-8. Units that don't fit are kept for the next call.
  std::size_t take_utf16(char* into, std::size_t capacity) {
    if (converted_at == converted.size()) {
      std::array<char, 16 << 10> raw;
      std::memcpy(raw.data(), units_left.data(), units_left.size());
      const std::size_t size = units_left.size() + take(raw.data() + units_left.size(), raw.size() - units_left.size());
      std::size_t whole = size - size % 2;
      if (utf16 == Utf16::big) {
        for (std::size_t i = 0; i < whole; i += 2) std::swap(raw[i], raw[i + 1]);
      }
      const bool ends_in_high = whole >= 2 && (static_cast<unsigned char>(raw[whole - 1]) & 0xFC) == 0xD8;
      if (ends_in_high && !at_end) whole -= 2;
      converted.clear();
      converted_at = 0;
      append_utf16le(converted, std::string_view(raw.data(), whole));
      units_left.assign(raw.data() + whole, size - whole);
      if (utf16 == Utf16::big && units_left.size() >= 2) std::swap(units_left[0], units_left[1]);
      if (at_end && !units_left.empty()) ++counts.defects["UTF-16 with half a character at its end"];
    }
    const std::size_t size = std::min(capacity, converted.size() - converted_at);
    std::memcpy(into, converted.data() + converted_at, size);
    converted_at += size;
    if (converted_at < converted.size()) at_end = is_idle = false;  // told again when it is so
    return size;
  }

  /// A chunk that begins with what was left over and holds at least `size` bytes unless the file ends before.
  PaddedBytes fill(std::size_t size) {
    PaddedBytes chunk;
    chunk.resize_for_overwrite(std::max(size, carry.size()));
    std::memcpy(chunk.data(), carry.view().data(), carry.size());
    std::size_t used = carry.size();
    while (used < chunk.size() && !at_end && !is_idle) {
      const std::size_t got = utf16 == Utf16::none ? take(chunk.data() + used, chunk.size() - used)
                                                   : take_utf16(chunk.data() + used, chunk.size() - used);
      used += got;
    }
    chunk.truncate(used);
    return chunk;
  }

  bool takes(LogFormat format) const { return options.format == LogFormat::detect || options.format == format; }

  /// Reads event.record; what it cannot read keeps only the record and why.
  void read(RecordKind kind, Event& event, EventBatch& batch) {
    switch (kind) {
      case RecordKind::json:
      case RecordKind::object:
        if (!takes(LogFormat::json)) {
          event.unparsed = kOtherFormat;
        } else if (!json.read(event, batch.slots, batch.arena, counts.defects)) {
          event.unparsed = kBadJson;
        }
        break;
      case RecordKind::damaged:
        event.unparsed = kCutJson;
        break;
      case RecordKind::damaged_xml:
        event.unparsed = kCutXml;
        break;
      case RecordKind::xml:
        event.unparsed = takes(LogFormat::xml) ? xml.read(event.record, event, batch.slots, batch.arena, counts.defects)
                                               : kOtherFormat;
        break;
      case RecordKind::text:
        if (!takes(LogFormat::access_log)) {
          event.unparsed = kOtherFormat;
        } else if (!access_log.read(event, batch.slots, batch.arena)) {
          event.unparsed = kNoFormat;
        }
        break;
    }
    // A record that cannot be read is taken for what the file's others are, as far as that holds for all of them.
    if (event.unparsed != nullptr) {
      event.log_source = neighbours;
    } else if (event.log_source != last_source) {
      last_source = event.log_source;
      const LogSource& source = schema.log_source(last_source);
      neighbours = source.product.empty() ? last_source : schema.intern({source.product, {}, {}});
    }
  }
  enum class Utf16 : std::uint8_t { none, little, big };
  std::size_t read_chunk(std::string_view text, EventBatch& batch);

  std::string path;
  ByteStream stream;
  Schema& schema;
  ReadOptions options;
  JsonRecordCodec json;
  XmlRecordCodec xml;
  AccessLogCodec access_log;
  std::optional<EvtxCodec> evtx;  // of a file that is one
  RecordSplitter splitter;
  ReadCounts counts;
  std::vector<std::size_t> slot_ends;  // of the events of the batch that is being read
  std::size_t usual_events = 0;        // room for the next batch
  std::size_t usual_slots = 0;
  PaddedBytes carry;         // read, and not yet in a batch
  std::uint64_t offset = 0;  // of carry's first byte in the file
  std::uint64_t line = 1;    // of carry's first byte
  bool at_end = false;
  bool is_idle = false;  // at the end for now
  std::optional<Error> failure;
  Utf16 utf16 = Utf16::none;
  std::string units_left;  // of UTF-16: an odd byte, half a pair
  std::string converted;   // of it: UTF-8 that has not been given out from converted_at
  std::size_t converted_at = 0;
  bool is_undecided = true;  // no byte has been looked at
  bool at_start = true;
  LogSourceId last_source{};
  LogSourceId neighbours{};   // of a record that cannot be read
  bool passing_over = false;  // inside a record that is too long
};

/// All whole records of a chunk into the batch; returns where the first one that isn't whole begins.
std::size_t EventReader::State::read_chunk(std::string_view text, EventBatch& batch) {
  if (at_start && !at_end && text.size() < kByteOrderMark.size()) return 0;
  std::size_t at = at_start && text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  at_start = false;
  if (passing_over) {
    const std::size_t newline = text.find('\n');
    passing_over = newline == std::string_view::npos;
    at = passing_over ? text.size() : newline + 1;
  }
  std::uint64_t place_in_file = offset;
  std::size_t measured = 0;
  std::size_t counted = 0;  // lines are counted up to each record as it comes
  const auto count_lines_to = [&](std::size_t place) {
    for (;; ++line) {
      const std::size_t newline = text.substr(0, place).find('\n', counted);
      if (newline == std::string_view::npos) break;
      counted = newline + 1;
    }
    place_in_file += size_in_file(text.substr(measured, place - measured));
    counted = measured = place;
  };
  for (;;) {
    RecordExtent extent;
    Event event;
    const auto cut = [&] { return text.substr(extent.begin, extent.end - extent.begin); };
    RecordSplitter::Found found = splitter.next(text, at, at_end, extent);
    if (found == RecordSplitter::Found::record) {
      event.record = cut();
      read(extent.kind, event, batch);
      if (extent.kind == RecordKind::json && event.unparsed != nullptr) {  // its end is not the line's
        event = {};
        found = splitter.object(text, extent.begin, at_end, extent);
        event.record = cut();
        if (found == RecordSplitter::Found::record) read(extent.kind, event, batch);
      }
    }
    if (found == RecordSplitter::Found::need_more && extent.begin == 0 && text.size() >= options.max_record) {
      found = RecordSplitter::Found::record;
      extent = {RecordKind::damaged, 0, text.size(), text.size()};
      event.record = text;
      event.unparsed = kTooLong;
      event.log_source = neighbours;
      passing_over = true;
    }
    if (found != RecordSplitter::Found::record) {
      at = found == RecordSplitter::Found::nothing ? text.size() : extent.begin;
      break;
    }
    count_lines_to(extent.begin);
    event.line = line;
    event.offset = place_in_file;
    ++counts.events;
    if (event.unparsed != nullptr) {
      ++counts.unparsed;
      ++counts.unparsed_by_reason[event.unparsed];
    }
    batch.events.push_back(event);
    slot_ends.push_back(batch.slots.size());
    // The records of whole lines: their end is known to be the first newline, so it need not be looked for again.
    const bool is_line = extent.kind == RecordKind::json || extent.kind == RecordKind::text;
    if (is_line && extent.next > extent.begin && text[extent.next - 1] == '\n') {
      ++line;
      counted = extent.next;
    }
    at = extent.next;
  }
  count_lines_to(at);
  offset = place_in_file;
  return at;
}

EventReader::EventReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
EventReader::EventReader(EventReader&&) noexcept = default;
EventReader& EventReader::operator=(EventReader&&) noexcept = default;
EventReader::~EventReader() = default;

Result<EventReader> EventReader::open(const std::string& path, Schema& schema, const ReadOptions& options) {
  TRY(ByteStream stream, ByteStream::open(path));
  return EventReader(std::make_unique<State>(path, std::move(stream), schema, options));
}

Result<std::optional<EventBatch>> EventReader::next() {
  State& state = *state_;
  EventBatch batch;
  batch.path = state.path;
  batch.events.reserve(state.usual_events);
  batch.slots.reserve(state.usual_slots);
  std::vector<std::size_t>& slot_ends = state.slot_ends;
  slot_ends.clear();
  std::size_t want = state.evtx ? std::min(state.options.batch_bytes, kEvtxBatch) : state.options.batch_bytes;
  while (batch.events.empty()) {
    if (state.at_end && state.carry.size() == 0) {
      if (auto failure = std::exchange(state.failure, std::nullopt)) return std::unexpected(*std::move(failure));
      return std::nullopt;
    }
    state.is_idle = false;
    PaddedBytes chunk = state.fill(want);
    std::string_view text = chunk.view();
    std::size_t at = 0;
    if (state.is_decided(chunk)) {
      text = chunk.view();
      if (state.evtx && state.options.is_growing) {
        return fail(ErrorCode::unsupported, "EVTX files cannot be followed: they are not written from front to back",
                    {.source = state.path, .offset = 0}, "read it without --follow, again and again");
      }
      if (state.evtx) {
        at = state.evtx->read(text, state.offset, state.at_end, batch, slot_ends, state.counts);
        state.offset += at;
      } else {
        at = state.read_chunk(text, batch);
      }
    }
    if (at == 0 && batch.events.empty()) {  // a record that is longer than the chunk
      want = std::min(std::max(want, text.size()) * 2, state.options.max_record);
      state.carry = std::move(chunk);
      if (state.is_idle) return std::nullopt;
      continue;
    }
    state.carry = PaddedBytes::copy_of(text.substr(at));
    // EVTX is in the arena; of a record that is passed over nothing is kept.
    if (!state.evtx && !batch.events.empty()) batch.bytes.push_back(std::move(chunk));
  }

  state.usual_events = std::max(state.usual_events, batch.events.size() + batch.events.size() / 8);
  state.usual_slots = std::max(state.usual_slots, batch.slots.size() + batch.slots.size() / 8);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    batch.events[i].slots = std::span(batch.slots).subspan(begin, slot_ends[i] - begin);
    begin = slot_ends[i];
  }
  return batch;
}

void EventReader::finish() { state_->options.is_growing = false; }

std::uint64_t EventReader::bytes_consumed() const { return state_->stream.bytes_consumed(); }

const ReadCounts& EventReader::counts() const { return state_->counts; }

}  // namespace tocsin::event
