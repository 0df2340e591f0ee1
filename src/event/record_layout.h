#pragma once

// Records that one program writes have the same keys in the same order. What a sequence of keys means (shape, fields,
// where time and host stand, what the log source depends on) is found out once and kept as a layout; a further record
// with the same sequence is read by comparing its keys and copying its values.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/json_walk.h"
#include "event/event.h"

namespace tocsin::event {

struct RecordShape;

/// What the records with one sequence of keys and containers have in common. Plain value.
struct RecordLayout {
  /// A slot to be filled: with the value of an item, or, of an empty array, with none.
  struct Fill {
    std::uint32_t item = 0;
    FieldId field{};
    std::uint8_t rank = 0;
  };
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  const RecordShape* shape = nullptr;  ///< or null
  std::vector<Fill> fills;
  std::uint32_t time_item = kNone;
  std::uint32_t host_item = kNone;
  std::uint64_t repeated_keys = 0;
  std::vector<std::uint32_t> key_slots;  ///< of ShapeTables::key_fields: its slot's index, or kNone

  /// Log sources by the raw tokens of key_slots, the last one found in front.
  struct Known {
    std::vector<std::string> values;
    std::vector<TokenKind> kinds;
    LogSourceId source{};
  };
  std::vector<Known> known;
  static constexpr std::size_t kMaxKnown = 16;
};

/// Layouts by their sequence, in bounded memory. One thread.
class RecordLayouts {
 public:
  /// The layout of these items, or nullptr. Sequences are compared in full.
  RecordLayout* find(const std::vector<json::WalkItem>& items);
  /// Keeps a layout for the items that find() was last asked for and did not know.
  void keep(const std::vector<json::WalkItem>& items, RecordLayout layout);
  void clear();

 private:
  /// Keys as whole words, so that they are compared without a loop over bytes.
  struct Sequence {
    std::vector<std::uint64_t> words;  ///< per item: size and kind of container, then the key in words, zeroes behind
    RecordLayout layout;
  };
  static bool is(const Sequence& sequence, const std::vector<json::WalkItem>& items);

  static constexpr std::size_t kMaxLayouts = 4096;
  static constexpr std::size_t kMaxItems = 512;  ///< of one record
  std::unordered_map<std::uint64_t, std::unique_ptr<Sequence>> by_hash_;
  std::uint64_t hash_ = 0;  ///< of the items that find() was last asked for
};

}  // namespace tocsin::event
