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

  /// Room for `size` bytes, to be written and then claimed by commit(). A further reserve() takes it back.
  char* reserve(std::size_t size);
  /// The first `used` bytes of what the last reserve() gave.
  std::string_view commit(std::size_t used);

 private:
  static constexpr std::size_t kBlock = std::size_t{64} << 10;

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* at_ = nullptr;  ///< in the current block
  std::size_t left_ = 0;
};

}  // namespace tocsin::event
