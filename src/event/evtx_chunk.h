#pragma once

// The containers of an EVTX file: its header, and its chunks of 64 KiB with their records.
//
// source: the EVTX format documentation of libevtx, "File header", "Chunk"; what it calls unknown is not looked at.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tocsin::event {

inline constexpr std::string_view kEvtxFileMagic{"ElfFile\0", 8};
inline constexpr std::string_view kEvtxChunkMagic{"ElfChnk\0", 8};
inline constexpr std::size_t kEvtxChunkSize = 65536;
inline constexpr std::size_t kEvtxChunkHeader = 512;

struct EvtxFileHeader {
  static constexpr std::size_t kSize = 4096;

  std::size_t size = kSize;  ///< where the first chunk begins
  bool checksum_holds = true;
};
/// in: bytes: the beginning of a file; what of it is missing counts as a checksum that doesn't hold
EvtxFileHeader read_evtx_header(std::string_view bytes);

/// Bytes of a chunk that are a record, or that should be one and are not.
struct EvtxRecord {
  std::size_t begin = 0;  ///< in the chunk
  std::size_t end = 0;
  std::size_t xml_begin = 0;  ///< its binary XML
  std::size_t xml_end = 0;
  std::uint64_t id = 0;
  std::uint64_t filetime = 0;     ///< when it was written: 100 ns ticks since 1601
  const char* problem = nullptr;  ///< why the bytes are no record, or null. Static storage
};

/// Walks a chunk's records in order. After damage it goes on at the next bytes that look like a record; the bytes
/// between are given as one record with a problem. Borrows the bytes.
class EvtxChunk {
 public:
  /// in: bytes: a chunk, at most kEvtxChunkSize bytes (fewer where the file breaks off)
  explicit EvtxChunk(std::string_view bytes);

  bool has_header() const { return has_header_; }
  bool header_checksum_holds() const { return header_checksum_holds_; }
  bool records_checksum_holds() const { return records_checksum_holds_; }

  std::optional<EvtxRecord> next();

 private:
  std::size_t find_record(std::size_t from) const;
  bool is_record_at(std::size_t at) const;

  std::string_view bytes_;
  bool has_header_ = false;
  bool header_checksum_holds_ = true;
  bool records_checksum_holds_ = true;
  std::size_t at_ = kEvtxChunkHeader;
  std::size_t end_ = 0;
};

}  // namespace tocsin::event
