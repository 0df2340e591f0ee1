#include "event/evtx_chunk.h"

#include <algorithm>
#include <cstring>

#include "event/crc32.h"

namespace tocsin::event {

namespace {

constexpr std::string_view kRecordMagic{"**\0\0", 4};
constexpr std::size_t kRecordHeader = 24;
constexpr std::size_t kSmallestRecord = kRecordHeader + 4;

template <typename T>
T load(std::string_view bytes, std::size_t at) {
  T out{};
  if (at + sizeof(T) <= bytes.size()) std::memcpy(&out, bytes.data() + at, sizeof(T));
  return out;
}

bool is_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

}  // namespace

EvtxFileHeader read_evtx_header(std::string_view bytes) {
  EvtxFileHeader out;
  const std::size_t size = load<std::uint16_t>(bytes, 40);
  out.checksum_holds = bytes.size() >= 128 && crc32(bytes.substr(0, 120)) == load<std::uint32_t>(bytes, 124);
  if (out.checksum_holds && size >= 128) out.size = size;
  return out;
}

EvtxChunk::EvtxChunk(std::string_view bytes) : bytes_(bytes), end_(bytes.size()) {
  has_header_ = bytes.size() >= kEvtxChunkHeader && bytes.starts_with(kEvtxChunkMagic);
  if (!has_header_) {
    at_ = bytes.starts_with(kEvtxChunkMagic) ? bytes.size() : 0;
    return;
  }
  const std::uint32_t header = crc32(bytes.substr(128, kEvtxChunkHeader - 128), crc32(bytes.substr(0, 120)));
  header_checksum_holds_ = header == load<std::uint32_t>(bytes, 124);
  const std::size_t free_space = load<std::uint32_t>(bytes, 48);
  records_checksum_holds_ =
      free_space >= kEvtxChunkHeader && free_space <= bytes.size() &&
      crc32(bytes.substr(kEvtxChunkHeader, free_space - kEvtxChunkHeader)) == load<std::uint32_t>(bytes, 52);
  // A header that is right says where the records end; behind it may lie those of an earlier use of the chunk. In a
  // file that was not closed properly it lags behind, and everything that is a record counts.
  if (header_checksum_holds_ && records_checksum_holds_) end_ = free_space;
}

bool EvtxChunk::is_record_at(std::size_t at) const {
  if (bytes_.size() - at < kSmallestRecord || bytes_.substr(at, 4) != kRecordMagic) return false;
  const std::size_t size = load<std::uint32_t>(bytes_, at + 4);
  return size >= kSmallestRecord && size <= bytes_.size() - at && load<std::uint32_t>(bytes_, at + size - 4) == size;
}

std::size_t EvtxChunk::find_record(std::size_t from) const {
  for (std::size_t at = from; at < end_; ++at) {
    at = bytes_.find(kRecordMagic, at);
    if (at >= end_) return end_;
    if (is_record_at(at)) return at;
  }
  return end_;
}

std::optional<EvtxRecord> EvtxChunk::next() {
  if (at_ >= end_ || is_zero(bytes_.substr(at_, end_ - at_))) return std::nullopt;
  EvtxRecord out;
  out.begin = at_;
  if (is_record_at(at_)) {
    out.end = at_ + load<std::uint32_t>(bytes_, at_ + 4);
    out.xml_begin = at_ + kRecordHeader;
    out.xml_end = out.end - 4;
    out.id = load<std::uint64_t>(bytes_, at_ + 8);
    out.filetime = load<std::uint64_t>(bytes_, at_ + 16);
    at_ = out.end;
    return out;
  }
  const bool looks_like_one = bytes_.substr(at_, 4) == kRecordMagic;
  out.end = find_record(at_ + 1);
  if (looks_like_one) {
    out.id = load<std::uint64_t>(bytes_, at_ + 8);
    out.filetime = load<std::uint64_t>(bytes_, at_ + 16);
  }
  out.problem = looks_like_one ? "EVTX record whose size is wrong" : "bytes in an EVTX chunk that are no record";
  at_ = out.end;
  return out;
}

}  // namespace tocsin::event
