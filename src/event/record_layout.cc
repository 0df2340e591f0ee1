#include "event/record_layout.h"

#include <algorithm>
#include <cstring>

namespace tocsin::event {

namespace {

using json::WalkItem;
using json::WalkKind;

/// Up to eight bytes, zeroes behind. Whoever reads records sees to it that bytes behind them can be read.
std::uint64_t load_word(const char* at, std::size_t size) {
  std::uint64_t word = 0;
  if (size >= sizeof word) {
    std::memcpy(&word, at, sizeof word);
    return word;
  }
  std::memcpy(&word, at, sizeof word);
  return size == 0 ? 0 : word & (~std::uint64_t{0} >> (64 - 8 * size));
}

std::uint64_t head_of(const WalkItem& item) {
  const bool is_leaf = item.kind != WalkKind::object_begin && item.kind != WalkKind::object_end &&
                       item.kind != WalkKind::array_begin && item.kind != WalkKind::array_end;
  // A value below the depth limit is told in the defects, so it must not be taken for another one.
  const auto kind = is_leaf && item.kind != WalkKind::too_deep ? WalkKind::string : item.kind;
  return item.key.size() << 8 | static_cast<std::uint64_t>(kind);
}

std::uint64_t hash_of(const std::vector<WalkItem>& items) {
  std::uint64_t hash = items.size();
  for (const WalkItem& item : items) {
    hash = (hash ^ head_of(item)) * 0x9E3779B97F4A7C15u;
    if (!item.key.empty())
      hash = (hash ^ hash >> 32 ^ load_word(item.key.data(), item.key.size())) * 0xBF58476D1CE4E5B9u;
  }
  return hash;
}

}  // namespace

bool RecordLayouts::is(const Sequence& sequence, const std::vector<WalkItem>& items) {
  const std::uint64_t* word = sequence.words.data();
  const std::uint64_t* const end = word + sequence.words.size();
  for (const WalkItem& item : items) {
    const std::size_t size = item.key.size();
    if (word == end || *word++ != head_of(item)) return false;  // the same size, so as many words
    for (std::size_t at = 0; at < size; at += 8) {
      if (*word++ != load_word(item.key.data() + at, size - at)) return false;
    }
  }
  return word == end;
}

RecordLayout* RecordLayouts::find(const std::vector<WalkItem>& items) {
  if (items.size() > kMaxItems) return nullptr;
  hash_ = hash_of(items);
  const auto found = by_hash_.find(hash_);
  return found != by_hash_.end() && is(*found->second, items) ? &found->second->layout : nullptr;
}

void RecordLayouts::keep(const std::vector<WalkItem>& items, RecordLayout layout) {
  constexpr std::size_t kMaxKey = 256;
  const auto is_long = [](const WalkItem& item) { return item.key.size() > kMaxKey; };
  if (items.size() > kMaxItems || std::ranges::any_of(items, is_long)) return;
  if (by_hash_.size() >= kMaxLayouts) clear();
  auto sequence = std::make_unique<Sequence>();
  for (const WalkItem& item : items) {
    sequence->words.push_back(head_of(item));
    for (std::size_t at = 0; at < item.key.size(); at += 8) {
      sequence->words.push_back(load_word(item.key.data() + at, item.key.size() - at));
    }
  }
  sequence->layout = std::move(layout);
  by_hash_[hash_] = std::move(sequence);
}

void RecordLayouts::clear() { by_hash_.clear(); }

}  // namespace tocsin::event
