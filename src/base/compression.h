#pragma once

// Decompression of gzip and zstd in steps of constant memory. ByteStream is the way in; this is its engine.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace tocsin {

enum class Compression : std::uint8_t { none, gzip, zstd, xz, bzip2 };

struct DetectedCompression {
  Compression kind = Compression::none;
  bool undecided = false;  ///< `head` is a proper prefix of a magic number: more bytes decide
};

/// By the magic number at the beginning of a file; `head` may be shorter than it. zstd's skippable frames count as
/// zstd.
DetectedCompression detect_compression(std::string_view head);

/// One thread. Bounds: zstd windows of at most 128 MiB.
class Decompressor {
 public:
  struct Step {
    std::size_t consumed = 0;
    std::size_t produced = 0;
  };

  /// `kind`: gzip or zstd.     errors: internal (no memory)
  static Result<Decompressor> make(Compression kind);
  Decompressor(Decompressor&&) noexcept;
  Decompressor& operator=(Decompressor&&) noexcept;
  ~Decompressor();

  /// Takes from `in`, puts up to `capacity` > 0 bytes at `out`; call it again with what was not consumed.
  /// Nothing consumed and nothing produced: it needs more input.
  /// errors: syntax, unsupported (dictionaries), limit_exceeded (window); without a place, which the caller knows:
  ///         `in` at the call
  Result<Step> step(std::string_view in, char* out, std::size_t capacity);
  /// Whether the input may end here: between members or frames, all output taken.
  bool may_end() const;

 private:
  struct State;
  explicit Decompressor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tocsin
