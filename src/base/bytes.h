#pragma once

// Owned input bytes with parser padding, and the two ways in: a file whole, or line by line in constant memory.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tocsin {

/// Bytes that own their storage and are followed by at least kPadding readable zero bytes, as simdjson needs.
/// Move only; views die with it (moving keeps them alive). Thread-compatible.
class PaddedBytes {
 public:
  static constexpr std::size_t kPadding = 64;

  PaddedBytes() = default;
  static PaddedBytes copy_of(std::string_view bytes);
  /// `size` zero bytes, to be filled through data().
  static PaddedBytes of_size(std::size_t size);

  std::string_view view() const { return {data_.get(), size_}; }
  char* data() { return data_.get(); }
  std::size_t size() const { return size_; }
  /// Shrinks to `size` <= size() and zeroes the padding.
  void truncate(std::size_t size);

 private:
  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
};

struct ReadLimits {
  std::uint64_t max_bytes = std::uint64_t{1} << 30;  ///< after decompression
};

/// The whole of a file, or of standard input for "-", decompressed by content (gzip, zstd; several members and frames).
/// in:     path as given     out: decompressed bytes
/// errors: not_found, io, syntax (damaged compressed data; offset in the compressed file), limit_exceeded (bombs too)
Result<PaddedBytes> read_file(const std::string& path, ReadLimits limits = {});

/// A stream of decompressed bytes from a file or standard input in constant memory.
/// One thread.
class ByteStream {
 public:
  static Result<ByteStream> open(const std::string& path);
  ByteStream(ByteStream&&) noexcept;
  ByteStream& operator=(ByteStream&&) noexcept;
  ~ByteStream();

  /// Fills up to `capacity` bytes at `into`; 0 = end.     errors: io, syntax (damaged compressed data)
  Result<std::size_t> read(char* into, std::size_t capacity);

 private:
  struct State;
  explicit ByteStream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Lines of a ByteStream, LF or CRLF, the last one with or without an end. Memory: one line, bounded.
/// One thread.
class LineReader {
 public:
  struct Line {
    std::string_view text;     ///< without its line end; dies at the next call; kPadding readable bytes follow
    std::uint64_t number = 0;  ///< from 1
    std::uint64_t offset = 0;  ///< of the line's first byte in the decompressed stream
    bool truncated = false;    ///< longer than max_line: text holds its first max_line bytes, the rest was passed over
  };

  explicit LineReader(ByteStream stream, std::size_t max_line = std::size_t{16} << 20);
  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;
  ~LineReader();

  /// The next line, or nullopt at the end.     errors: those of ByteStream::read
  Result<std::optional<Line>> next();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Files under `paths` (files as given; folders recursively, sorted by path bytes, links to folders not followed).
/// "-" stands for itself.     errors: not_found, io
struct FileList {
  struct Skipped {
    std::string path;
    std::string reason;
  };
  std::vector<std::string> files;
  std::vector<Skipped> skipped;  ///< unreadable folders, sockets, devices, loops
};
Result<FileList> list_files(const std::vector<std::string>& paths);

/// Writes `bytes` to `path` so that a reader sees the old file or the whole new one: temporary file in the same folder,
/// fsync, rename, fsync of the folder. On failure the old file stands and the temporary one is gone.
Status write_file_atomically(const std::string& path, std::string_view bytes);

}  // namespace tocsin
