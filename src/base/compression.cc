#include "base/compression.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>

namespace tocsin {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  Compression kind;
};
constexpr std::array kMagics = {
    Magic{"\x1f\x8b"sv, Compression::gzip},          // RFC 1952 §2.3.1
    Magic{"\x28\xb5\x2f\xfd"sv, Compression::zstd},  // RFC 8878 §3.1.1
    Magic{"\xfd\x37\x7a\x58\x5a\x00"sv, Compression::xz},
    Magic{"BZh91AY&SY"sv, Compression::bzip2},  // the digit is the block size, 1 to 9
};
constexpr std::string_view kSkippable = "\x50\x2a\x4d\x18"sv;  // RFC 8878 §3.1.2: the low four bits are free
constexpr int kMaxWindowLog = 27;

/// zlib counts in 32 bits.
constexpr std::size_t kMaxChunk = std::size_t{1} << 30;

bool magic_byte_matches(const Magic& magic, std::size_t index, char byte) {
  if (magic.kind == Compression::bzip2 && index == 3) return byte >= '1' && byte <= '9';
  return byte == magic.bytes[index];
}

bool skippable_byte_matches(std::size_t index, char byte) {
  return index == 0 ? (byte & '\xf0') == kSkippable[0] : byte == kSkippable[index];
}

}  // namespace

DetectedCompression detect_compression(std::string_view head) {
  if (head.empty()) return {};
  for (const Magic& magic : kMagics) {
    const std::size_t length = std::min(head.size(), magic.bytes.size());
    std::size_t same = 0;
    while (same < length && magic_byte_matches(magic, same, head[same])) ++same;
    if (same == magic.bytes.size()) return {.kind = magic.kind};
    if (same == head.size()) return {.undecided = true};
  }
  std::size_t same = 0;
  while (same < std::min(head.size(), kSkippable.size()) && skippable_byte_matches(same, head[same])) ++same;
  if (same == kSkippable.size()) return {.kind = Compression::zstd};
  return {.undecided = same == head.size()};
}

struct Decompressor::State {
  explicit State(Compression which) : kind(which) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (inflating) inflateEnd(&gzip);
    ZSTD_freeDCtx(zstd);
  }

  Result<Step> step_gzip(std::string_view in, char* out, std::size_t capacity);
  Result<Step> step_zstd(std::string_view in, char* out, std::size_t capacity);

  Compression kind;
  z_stream gzip{};
  bool inflating = false;
  ZSTD_DCtx* zstd = nullptr;
  bool between = false;      // after a whole member or frame
  bool in_zeros = false;     // gzip: only zero padding may follow
  bool output_full = false;  // the last call filled its output: more may be waiting inside
};

Result<Decompressor> Decompressor::make(Compression kind) {
  auto state = std::make_unique<State>(kind);
  if (kind == Compression::gzip) {
    constexpr int kGzipOnly = 15 + 16;
    if (inflateInit2(&state->gzip, kGzipOnly) != Z_OK) return fail(ErrorCode::internal, "no memory for zlib");
    state->inflating = true;
  } else if (kind == Compression::zstd) {
    state->zstd = ZSTD_createDCtx();
    if (state->zstd == nullptr ||
        ZSTD_isError(ZSTD_DCtx_setParameter(state->zstd, ZSTD_d_windowLogMax, kMaxWindowLog)) != 0) {
      return fail(ErrorCode::internal, "no memory for zstd");
    }
  } else {
    return fail(ErrorCode::internal, "a decompressor for something that is neither gzip nor zstd");
  }
  return Decompressor(std::move(state));
}

Decompressor::Decompressor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;
Decompressor::~Decompressor() = default;

bool Decompressor::may_end() const { return state_->between; }

Result<Decompressor::Step> Decompressor::step(std::string_view in, char* out, std::size_t capacity) {
  if (in.empty() && !state_->output_full) return Step{};
  in = in.substr(0, kMaxChunk);
  capacity = std::min(capacity, kMaxChunk);
  return state_->kind == Compression::gzip ? state_->step_gzip(in, out, capacity)
                                           : state_->step_zstd(in, out, capacity);
}

Result<Decompressor::Step> Decompressor::State::step_gzip(std::string_view in, char* out, std::size_t capacity) {
  if (between) {
    // Tapes and block devices pad the last member with zeros, as gzip(1) knows; other rubbish is an error.
    if (in.empty()) return Step{};
    if (in_zeros || in.front() == '\0') {
      in_zeros = true;
      const std::size_t zeros = std::min(in.find_first_not_of('\0'), in.size());
      if (zeros == 0) return fail(ErrorCode::syntax, "gzip: data after the zero padding at the end");
      return Step{.consumed = zeros};
    }
    if (in.front() != '\x1f') return fail(ErrorCode::syntax, "gzip: after the last member comes something else");
    if (inflateReset(&gzip) != Z_OK) return fail(ErrorCode::internal, "gzip: the decompressor cannot be reset");
    between = false;
  }
  gzip.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  gzip.avail_in = static_cast<uInt>(in.size());
  gzip.next_out = reinterpret_cast<Bytef*>(out);
  gzip.avail_out = static_cast<uInt>(capacity);
  const int code = inflate(&gzip, Z_NO_FLUSH);
  const Step step{.consumed = in.size() - gzip.avail_in, .produced = capacity - gzip.avail_out};
  output_full = gzip.avail_out == 0 && code != Z_STREAM_END;
  if (code == Z_STREAM_END) {
    between = true;
  } else if (code == Z_MEM_ERROR) {
    return fail(ErrorCode::internal, "no memory for zlib");
  } else if (code != Z_OK && code != Z_BUF_ERROR) {
    return fail(ErrorCode::syntax, fmt::format("gzip: damaged data: {}", gzip.msg != nullptr ? gzip.msg : "unknown"));
  }
  return step;
}

Result<Decompressor::Step> Decompressor::State::step_zstd(std::string_view in, char* out, std::size_t capacity) {
  ZSTD_inBuffer from{.src = in.data(), .size = in.size(), .pos = 0};
  ZSTD_outBuffer to{.dst = out, .size = capacity, .pos = 0};
  const std::size_t code = ZSTD_decompressStream(zstd, &to, &from);
  if (ZSTD_isError(code) != 0) {
    switch (ZSTD_getErrorCode(code)) {
      case ZSTD_error_frameParameter_windowTooLarge:
        return fail(ErrorCode::limit_exceeded, "zstd: the window is larger than 128 MiB", {},
                    "compress it without --long, or with --long=27 at most");
      case ZSTD_error_dictionary_wrong:
      case ZSTD_error_dictionary_corrupted:
        return fail(ErrorCode::unsupported, "zstd: the frame needs a dictionary");
      case ZSTD_error_memory_allocation:
        return fail(ErrorCode::internal, "no memory for zstd");
      case ZSTD_error_prefix_unknown:
        return fail(ErrorCode::syntax, "zstd: where a frame should begin there is something else");
      default:
        return fail(ErrorCode::syntax, fmt::format("zstd: damaged data: {}", ZSTD_getErrorName(code)));
    }
  }
  between = code == 0;
  output_full = !between && to.pos == to.size;
  return Step{.consumed = from.pos, .produced = to.pos};
}

}  // namespace tocsin
