#pragma once

// What one field's values were found to make true, by the raw value: the same values come again and again. Values are
// compared in full, never by hash alone. Memory is bounded: two generations, the older is dropped when the younger has
// grown to its share, and what is asked for again moves from the older to the younger.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "event/event.h"

namespace tocsin::detect {

/// One thread.
class ValueMemo {
 public:
  using Numbers = std::span<const std::uint32_t>;

  /// in: taken: grows by the bytes that the younger generation takes; must outlive it
  explicit ValueMemo(std::size_t& taken) : taken_(&taken) {}

  /// What was kept for a value, or nullopt. The numbers are valid until the next call that is not const.
  std::optional<Numbers> find(event::Token token);
  /// Keeps `numbers` for the value that find() was last asked for and did not know; longer values than kMaxValue are
  /// not kept.
  void keep(event::Token token, Numbers numbers);
  /// The younger generation becomes the older one, the older one is forgotten.
  void turn();

  static constexpr std::size_t kMaxValue = 2048;  ///< longer ones (messages, scripts) seldom come again

 private:
  /// An entry lies in words_: hash, size of the value and its kind, count of numbers, numbers, value.
  struct Generation {
    std::vector<std::uint32_t> words;
    std::vector<std::uint32_t> rows;  ///< open addressing: offset of an entry + 1; 0: empty
    std::size_t count = 0;
    std::uint32_t last = 0;  ///< offset + 1 of the entry asked for last

    bool is(std::uint32_t offset, event::Token token) const;
    Numbers numbers(std::uint32_t offset) const;
    std::uint32_t find(event::Token token, std::uint32_t hash) const;
    std::size_t insert(event::Token token, std::uint32_t hash, Numbers numbers);
    void grow();
  };
  std::size_t* taken_;
  Generation young_;
  Generation old_;
  std::uint32_t hash_ = 0;  ///< of the value that find() was last asked for
};

}  // namespace tocsin::detect
