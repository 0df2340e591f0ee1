#pragma once

// Bytes that live as long as a batch.

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace tocsin::event {

/// Hands out pieces of large blocks; frees all of them at once. Views stay valid when the arena is moved.
/// Thread-compatible.
class Arena {
 public:
  /// A copy of `text` that lives as long as the arena.
  std::string_view copy(std::string_view text);

 private:
  static constexpr std::size_t kBlock = std::size_t{64} << 10;

  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = kBlock;  ///< of the last ordinary block
  std::size_t current_ = 0;    ///< its index
};

}  // namespace tocsin::event
