#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <system_error>

#include "base/bytes.h"
#include "base/compression.h"

namespace tocsin {
namespace {

constexpr std::size_t kInputSize = std::size_t{64} << 10;

std::string errno_text(int code) { return std::generic_category().message(code); }

/// A device may have no end, and to open it may do something.
Status expect_readable_kind(const struct stat& status, const Where& where) {
  if (S_ISDIR(status.st_mode)) return fail(ErrorCode::usage, "is a folder, not a file", where);
  if (S_ISSOCK(status.st_mode)) return fail(ErrorCode::usage, "is a socket, not a file", where);
  if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) {
    return fail(ErrorCode::usage, "is a device, not a file", where, "'-' reads standard input");
  }
  return {};
}

}  // namespace

struct ByteStream::State {
  State(std::string where, ReadLimits bound) : source(std::move(where)), limits(bound) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (descriptor > STDERR_FILENO) ::close(descriptor);
  }

  Result<std::size_t> read_raw(char* into, std::size_t capacity);
  Status begin();
  Result<std::size_t> read_decompressed(char* into, std::size_t capacity);
  Result<std::size_t> read(char* into, std::size_t capacity);

  Where here() const { return Where{.source = source, .offset = input_offset}; }

  std::string source;
  ReadLimits limits;
  int descriptor = -1;      // -1: bytes of memory
  std::string_view memory;  // what is left of them
  std::uint64_t size_hint = 0;

  bool begun = false;
  std::unique_ptr<char[]> input;  // kInputSize; the head before its compression is known, then compressed bytes
  std::size_t input_begin = 0;
  std::size_t input_end = 0;
  std::uint64_t input_offset = 0;  // of input_begin in the file
  std::optional<Decompressor> decompressor;
  std::uint64_t given = 0;
  std::optional<Error> failed;
};

Result<std::size_t> ByteStream::State::read_raw(char* into, std::size_t capacity) {
  if (descriptor < 0) {
    const std::size_t size = std::min(capacity, memory.size());
    std::copy_n(memory.data(), size, into);
    memory.remove_prefix(size);
    return size;
  }
  while (true) {
    const ssize_t size = ::read(descriptor, into, capacity);
    if (size >= 0) return static_cast<std::size_t>(size);
    if (errno == EINTR) continue;
    if (errno == EAGAIN) {  // somebody left standard input non-blocking
      pollfd wait{.fd = descriptor, .events = POLLIN, .revents = 0};
      if (::poll(&wait, 1, -1) >= 0 || errno == EINTR) continue;
    }
    return fail(ErrorCode::io, fmt::format("cannot read: {}", errno_text(errno)), here());
  }
}

/// Reads as much of the head as it takes to know the compression: of plain text, one piece as it comes.
Status ByteStream::State::begin() {
  begun = true;
  input = std::make_unique_for_overwrite<char[]>(kInputSize);
  DetectedCompression detected;
  do {
    TRY(const std::size_t size, read_raw(input.get() + input_end, kInputSize - input_end));
    if (size == 0) break;
    input_end += size;
    detected = detect_compression({input.get(), input_end});
  } while (detected.undecided);

  switch (detected.kind) {
    case Compression::none:
      return {};
    case Compression::xz:
    case Compression::bzip2:
      return fail(ErrorCode::unsupported,
                  fmt::format("{} compression is not supported", detected.kind == Compression::xz ? "xz" : "bzip2"),
                  here(), "decompress it first, or use gzip or zstd");
    case Compression::gzip:
    case Compression::zstd:
      break;
  }
  size_hint = 0;
  auto made = Decompressor::make(detected.kind);
  if (!made) return std::unexpected(std::move(made).error());
  decompressor.emplace(*std::move(made));
  return {};
}

Result<std::size_t> ByteStream::State::read_decompressed(char* into, std::size_t capacity) {
  while (true) {
    auto step = decompressor->step({input.get() + input_begin, input_end - input_begin}, into, capacity);
    if (!step) {
      step.error().where = here();
      return std::unexpected(std::move(step).error());
    }
    input_begin += step->consumed;
    input_offset += step->consumed;
    if (step->produced != 0) return step->produced;
    if (step->consumed != 0) continue;
    // It needs more input; what it has left unconsumed moves to the front.
    std::memmove(input.get(), input.get() + input_begin, input_end - input_begin);
    input_end -= input_begin;
    input_begin = 0;
    TRY(const std::size_t size, read_raw(input.get() + input_end, kInputSize - input_end));
    if (size == 0) {
      if (decompressor->may_end() && input_end == 0) return std::size_t{0};
      return fail(ErrorCode::syntax, "the compressed data ends in the middle", here(), "the file was cut short");
    }
    input_end += size;
  }
}

Result<std::size_t> ByteStream::State::read(char* into, std::size_t capacity) {
  if (!begun) TRY_VOID(begin());
  std::size_t size = 0;
  if (decompressor) {
    TRY(size, read_decompressed(into, capacity));
  } else if (input_begin < input_end) {
    size = std::min(capacity, input_end - input_begin);
    std::copy_n(input.get() + input_begin, size, into);
    input_begin += size;
    input_offset += size;
  } else {
    TRY(size, read_raw(into, capacity));
    input_offset += size;
  }
  given += size;
  if (given > limits.max_bytes) {
    return fail(ErrorCode::limit_exceeded,
                fmt::format("more than {} bytes{}", limits.max_bytes, decompressor ? " after decompression" : ""),
                here());
  }
  return size;
}

Result<ByteStream> ByteStream::open(const std::string& path, ReadLimits limits) {
  auto state = std::make_unique<State>(path, limits);
  const Where where{.source = path};
  struct stat status{};
  if (path == "-") {
    state->descriptor = STDIN_FILENO;
  } else {
    // Before it is opened; what cannot be asked gets its error from open().
    if (::stat(path.c_str(), &status) == 0) TRY_VOID(expect_readable_kind(status, where));
    do {
      state->descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    } while (state->descriptor < 0 && errno == EINTR);
    if (state->descriptor < 0) {
      const ErrorCode code = errno == ENOENT || errno == ENOTDIR ? ErrorCode::not_found : ErrorCode::io;
      if (code == ErrorCode::not_found) return fail(code, "no such file", where);
      return fail(code, fmt::format("cannot open: {}", errno_text(errno)), where);
    }
  }
  if (::fstat(state->descriptor, &status) != 0) {
    return fail(ErrorCode::io, fmt::format("cannot read: {}", errno_text(errno)), where);
  }
  if (S_ISDIR(status.st_mode)) return fail(ErrorCode::usage, "is a folder, not a file", where);
  if (S_ISREG(status.st_mode)) state->size_hint = static_cast<std::uint64_t>(status.st_size);
  return ByteStream(std::move(state));
}

ByteStream ByteStream::over(std::string_view bytes, std::string source, ReadLimits limits) {
  auto state = std::make_unique<State>(std::move(source), limits);
  state->memory = bytes;
  state->size_hint = bytes.size();
  return ByteStream(std::move(state));
}

ByteStream::ByteStream(std::unique_ptr<State> state) : state_(std::move(state)) {}
ByteStream::ByteStream(ByteStream&&) noexcept = default;
ByteStream& ByteStream::operator=(ByteStream&&) noexcept = default;
ByteStream::~ByteStream() = default;

Result<std::size_t> ByteStream::read(char* into, std::size_t capacity) {
  if (state_->failed) return std::unexpected(*state_->failed);
  auto size = state_->read(into, capacity);
  if (!size) state_->failed = size.error();
  return size;
}

std::uint64_t ByteStream::size_hint() const { return state_->size_hint; }
std::uint64_t ByteStream::bytes_consumed() const { return state_->input_offset; }
const std::string& ByteStream::source() const { return state_->source; }

}  // namespace tocsin
