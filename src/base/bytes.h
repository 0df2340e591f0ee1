#pragma once

// Owned input bytes with parser padding, and the two ways in: a file whole, or line by line in constant memory.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tocsin {

/// Bytes that own their storage and are followed by at least kPadding readable zero bytes, as simdjson needs; the empty
/// ones too. Move only; views die with it (moving keeps them alive, a moved-from one is empty). Thread-compatible.
class PaddedBytes {
 public:
  static constexpr std::size_t kPadding = 64;

  PaddedBytes() = default;
  PaddedBytes(PaddedBytes&& other) noexcept : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}
  PaddedBytes& operator=(PaddedBytes&& other) noexcept {
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  static PaddedBytes copy_of(std::string_view bytes);
  /// `size` zero bytes, to be filled through data().
  static PaddedBytes of_size(std::size_t size);

  std::string_view view() const { return {data_ ? data_.get() : kNothing, size_}; }
  char* data() { return data_.get(); }
  std::size_t size() const { return size_; }
  /// Shrinks to `size` <= size() and zeroes the padding; the storage stays as large as it was.
  void truncate(std::size_t size);
  /// `size` bytes: the first ones kept, what follows them up to `size` undefined. Moves the storage: views die.
  void resize_for_overwrite(std::size_t size);

 private:
  struct Free {
    void operator()(char* memory) const noexcept { std::free(memory); }
  };
  static constexpr char kNothing[kPadding] = {};

  std::unique_ptr<char[], Free> data_;  // malloc's, so that growing a large one moves pages and copies nothing
  std::size_t size_ = 0;
};

struct ReadLimits {
  static constexpr std::uint64_t kUnlimited = ~std::uint64_t{0};
  std::uint64_t max_bytes = std::uint64_t{1} << 30;  ///< after decompression
};

/// The whole of a file, or of standard input for "-", decompressed by content (gzip, zstd; several members and frames).
/// in:     path as given     out: decompressed bytes
/// errors: not_found, io, usage (a folder, a socket, a device), syntax (damaged or cut compressed data; offset in the
///         compressed file), unsupported (xz, bzip2), limit_exceeded (bombs too)
Result<PaddedBytes> read_file(const std::string& path, ReadLimits limits = {});

/// A stream of decompressed bytes from a file, standard input or memory in constant memory: 64 KiB, and for zstd the
/// window of the frame, refused above 128 MiB.
/// One thread.
class ByteStream {
 public:
  /// `path` may be "-": standard input, whatever it is. A FIFO waits until somebody opens it for writing.
  /// errors: not_found, io, usage (a folder, a socket, a device)
  static Result<ByteStream> open(const std::string& path, ReadLimits limits = {ReadLimits::kUnlimited});
  /// Over borrowed bytes, which must outlive it; `source` is for errors.
  static ByteStream over(std::string_view bytes, std::string source, ReadLimits limits = {ReadLimits::kUnlimited});
  ByteStream(ByteStream&&) noexcept;
  ByteStream& operator=(ByteStream&&) noexcept;
  ~ByteStream();

  /// Fills up to `capacity` > 0 bytes at `into`; 0 = end. It may give fewer: a pipe is passed on as it comes.
  /// After an error every further call gives the same error.
  /// errors: io, syntax (damaged or cut compressed data), unsupported (xz, bzip2, zstd dictionaries), limit_exceeded
  Result<std::size_t> read(char* into, std::size_t capacity);
  /// The size of a regular file when it was opened, 0 once a read has found it to be compressed, 0 for all else.
  std::uint64_t size_hint() const;
  /// Bytes consumed of the file as it lies on disk, for progress.
  std::uint64_t bytes_consumed() const;
  const std::string& source() const;

 private:
  struct State;
  explicit ByteStream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// All that is left of a stream.     errors: those of ByteStream::read, limit_exceeded
Result<PaddedBytes> read_all(ByteStream& stream, ReadLimits limits = {});

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
  /// As ByteStream::bytes_consumed.
  std::uint64_t bytes_consumed() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct FileList {
  struct Skipped {
    std::string path;
    std::string reason;
  };
  std::vector<std::string> files;
  std::vector<Skipped> skipped;  ///< unreadable folders, sockets, FIFOs, devices, dead links, links to folders, loops
};
/// Files under `paths`: files as given, in that order; folders recursively (hidden names too), each sorted by path
/// bytes; links to files are taken, links to folders not followed, unless given. "-" stands for itself.
/// errors: not_found, io (a given path that cannot be looked at)
Result<FileList> list_files(const std::vector<std::string>& paths);

/// Writes `bytes` to `path` so that a reader sees the old file or the whole new one: temporary file in the same folder,
/// fsync, rename, fsync of the folder. On failure the old file stands and the temporary one is gone.
/// An existing file keeps its permissions; a link stays and its target is replaced; a device or FIFO is written as it
/// is. errors: io (full disk, no permission, read-only file), usage (a folder), not_found (the folder does not exist)
Status write_file_atomically(const std::string& path, std::string_view bytes);

}  // namespace tocsin
