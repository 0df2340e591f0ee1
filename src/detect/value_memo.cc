#include "detect/value_memo.h"

#include <cstring>
#include <random>

namespace tocsin::detect {

namespace {

using event::Token;

constexpr std::size_t kHeader = 4;  ///< words

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t load(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// Unpredictable from outside, so that nobody can send values that collide; what matches does not depend on it.
std::uint64_t seed() {
  static const std::uint64_t value = (std::uint64_t{std::random_device{}()} << 32 | std::random_device{}()) | 1;
  return value;
}

std::uint32_t hash_of(Token token) {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15u;
  const char* at = token.raw.data();
  std::size_t left = token.raw.size();
  std::uint64_t hash = mix(seed() ^ left, kOdd + static_cast<std::uint64_t>(token.kind));
  for (; left >= 16; left -= 16, at += 16) hash = mix(load(at) ^ hash, load(at + 8) ^ seed());
  if (left >= 8) {
    hash = mix(load(at) ^ hash, load(at + left - 8) ^ seed());
  } else if (left > 0) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, left);
    hash = mix(word ^ hash, kOdd);
  }
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

}  // namespace

bool ValueMemo::Generation::is(std::uint32_t offset, Token token) const {
  const std::uint32_t* entry = words.data() + offset;
  return entry[1] == token.raw.size() && entry[2] == static_cast<std::uint32_t>(token.kind) &&
         (token.raw.empty() ||  // and may point nowhere
          std::memcmp(entry + kHeader + entry[3], token.raw.data(), token.raw.size()) == 0);
}

ValueMemo::Numbers ValueMemo::Generation::numbers(std::uint32_t offset) const {
  return {words.data() + offset + kHeader, words[offset + 3]};
}

std::uint32_t ValueMemo::Generation::find(Token token, std::uint32_t hash) const {
  if (rows.empty()) return 0;
  for (std::size_t row = hash & (rows.size() - 1); rows[row] != 0; row = (row + 1) & (rows.size() - 1)) {
    if (words[rows[row] - 1] == hash && is(rows[row] - 1, token)) return rows[row];
  }
  return 0;
}

void ValueMemo::Generation::grow() {
  std::vector<std::uint32_t> larger(rows.empty() ? 16 : rows.size() * 2, 0);
  for (const std::uint32_t entry : rows) {
    if (entry == 0) continue;
    std::size_t row = words[entry - 1] & (larger.size() - 1);
    while (larger[row] != 0) row = (row + 1) & (larger.size() - 1);
    larger[row] = entry;
  }
  rows = std::move(larger);
}

std::size_t ValueMemo::Generation::insert(Token token, std::uint32_t hash, Numbers numbers) {
  if ((count + 1) * 2 > rows.size()) grow();
  const auto offset = static_cast<std::uint32_t>(words.size());
  const std::size_t value_words = (token.raw.size() + 3) / 4;
  words.resize(words.size() + kHeader + numbers.size() + value_words);
  std::uint32_t* entry = words.data() + offset;
  entry[0] = hash;
  entry[1] = static_cast<std::uint32_t>(token.raw.size());
  entry[2] = static_cast<std::uint32_t>(token.kind);
  entry[3] = static_cast<std::uint32_t>(numbers.size());
  if (!numbers.empty()) std::memcpy(entry + kHeader, numbers.data(), numbers.size_bytes());
  if (!token.raw.empty()) std::memcpy(entry + kHeader + numbers.size(), token.raw.data(), token.raw.size());
  std::size_t row = hash & (rows.size() - 1);
  while (rows[row] != 0) row = (row + 1) & (rows.size() - 1);
  rows[row] = offset + 1;
  ++count;
  last = offset + 1;
  return (kHeader + numbers.size() + value_words + 2) * sizeof(std::uint32_t);
}

std::optional<ValueMemo::Numbers> ValueMemo::find(Token token) {
  if (young_.last != 0 && young_.is(young_.last - 1, token)) return young_.numbers(young_.last - 1);
  if (token.raw.size() > kMaxValue) return std::nullopt;
  hash_ = hash_of(token);
  if (const std::uint32_t entry = young_.find(token, hash_); entry != 0) {
    young_.last = entry;
    return young_.numbers(entry - 1);
  }
  if (const std::uint32_t entry = old_.find(token, hash_); entry != 0) {
    *taken_ += young_.insert(token, hash_, old_.numbers(entry - 1));
    return young_.numbers(young_.last - 1);
  }
  return std::nullopt;
}

void ValueMemo::keep(Token token, Numbers numbers) {
  if (token.raw.size() <= kMaxValue) *taken_ += young_.insert(token, hash_, numbers);
}

void ValueMemo::turn() {
  old_ = std::move(young_);
  young_ = {};
}

}  // namespace tocsin::detect
