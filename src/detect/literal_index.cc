#include "detect/literal_index.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace tocsin::detect {

namespace {

constexpr std::uint64_t kHashStart = 0xCBF29CE484222325u;

std::uint64_t hash_on(std::uint64_t hash, char c) { return (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u; }

std::uint64_t scatter(std::uint64_t hash) { return (hash ^ (hash >> 29)) * 0x9E3779B97F4A7C15u; }

std::uint32_t load_window(const char* at) {
  std::uint32_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

}  // namespace

LiteralId LiteralIndex::add(Place place, std::string_view literal) {
  const auto index = static_cast<std::size_t>(place);
  const auto [known, is_new] = ids_[index].try_emplace(std::string(literal), count_);
  if (is_new) added_[index].push_back({count_++, std::string(literal)});
  return known->second;
}

void LiteralIndex::build() {
  whole_.build(std::move(added_[0]));
  start_.build(std::move(added_[1]));
  end_.build(std::move(added_[2]));
  build_windows();
  for (auto& ids : ids_) ids = {};
}

void LiteralIndex::find(std::string_view text, std::vector<LiteralId>& found) const {
  whole_.find(text, found);
  start_.find(text, found);
  end_.find(text, found);
  find_windows(text, found);
}

void LiteralIndex::Anchored::build(std::vector<Literal> literals) {
  literals_ = std::move(literals);
  if (literals_.empty()) return;
  rows_.assign(std::bit_ceil(literals_.size() * 2), {});
  for (std::uint32_t i = 0; i < literals_.size(); ++i) {
    const std::string& text = literals_[i].text;
    lengths_.push_back(static_cast<std::uint32_t>(text.size()));
    std::uint64_t hash = kHashStart;
    if (place_ == Place::end) {
      for (auto c = text.rbegin(); c != text.rend(); ++c) hash = hash_on(hash, *c);
    } else {
      for (const char c : text) hash = hash_on(hash, c);
    }
    std::size_t row = scatter(hash) & (rows_.size() - 1);
    while (rows_[row].literal != 0) row = (row + 1) & (rows_.size() - 1);
    rows_[row] = {hash, i + 1};
  }
  std::ranges::sort(lengths_);
  lengths_.erase(std::ranges::unique(lengths_).begin(), lengths_.end());
}

void LiteralIndex::Anchored::look(std::uint64_t hash, std::string_view part, std::vector<LiteralId>& found) const {
  for (std::size_t row = scatter(hash) & (rows_.size() - 1); rows_[row].literal != 0;
       row = (row + 1) & (rows_.size() - 1)) {
    if (rows_[row].hash != hash) continue;
    const Literal& literal = literals_[rows_[row].literal - 1];
    if (literal.text == part) {
      found.push_back(literal.id);
      return;
    }
  }
}

void LiteralIndex::Anchored::find(std::string_view text, std::vector<LiteralId>& found) const {
  if (literals_.empty()) return;
  std::uint64_t hash = kHashStart;
  if (place_ == Place::whole) {
    const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(text.size(), 0xFFFFFFFFu));
    if (!std::ranges::binary_search(lengths_, size)) return;
    for (const char c : text) hash = hash_on(hash, c);
    look(hash, text, found);
    return;
  }
  std::size_t at = 0;
  if (place_ == Place::start) {
    for (const std::uint32_t length : lengths_) {
      if (length > text.size()) return;
      for (; at < length; ++at) hash = hash_on(hash, text[at]);
      look(hash, text.substr(0, length), found);
    }
    return;
  }
  for (const std::uint32_t length : lengths_) {
    if (length > text.size()) return;
    for (; at < length; ++at) hash = hash_on(hash, text[text.size() - 1 - at]);
    look(hash, text.substr(text.size() - length), found);
  }
}

void LiteralIndex::build_windows() {
  const std::vector<Literal>& literals = added_[3];
  std::unordered_map<std::uint32_t, std::uint32_t> popularity;
  std::size_t long_ones = 0;
  for (const Literal& literal : literals) {
    if (literal.text.size() < sizeof(std::uint32_t)) continue;
    ++long_ones;
    for (std::size_t at = 0; at + 4 <= literal.text.size(); ++at) ++popularity[load_window(literal.text.data() + at)];
  }
  for (std::uint32_t i = 0; i < literals.size(); ++i) {
    const std::string& text = literals[i].text;
    if (text.empty()) {
      empty_.push_back(literals[i].id);
    } else if (text.size() < 4) {
      short_[text.size() - 1].push_back(i);
    } else {
      Window best;
      std::uint32_t least = ~0u;
      for (std::size_t at = 0; at + 4 <= text.size(); ++at) {
        const std::uint32_t bytes = load_window(text.data() + at);
        const std::uint32_t shared = popularity[bytes];
        if (shared >= least) continue;
        least = shared;
        best = {bytes, i, static_cast<std::uint32_t>(at)};
      }
      windows_.push_back(best);
    }
  }
  for (std::size_t size = 0; size < 3; ++size) {
    if (short_[size].empty()) continue;
    std::ranges::sort(short_[size], {},
                      [&](std::uint32_t i) { return static_cast<unsigned char>(literals[i].text[0]); });
    short_begin_[size].assign(257, 0);
    for (const std::uint32_t i : short_[size])
      ++short_begin_[size][static_cast<unsigned char>(literals[i].text[0]) + 1u];
    for (std::size_t byte = 0; byte < 256; ++byte) short_begin_[size][byte + 1] += short_begin_[size][byte];
  }
  if (windows_.empty()) return;
  // About one bit in 32 is set, so a window of a text that no literal has is looked at once in 32 times; up to 64 KB.
  const auto bits = static_cast<std::uint32_t>(
      std::clamp(static_cast<std::size_t>(std::bit_width(long_ones * 32)), std::size_t{10}, std::size_t{19}));
  shift_ = 32 - bits;
  bitmap_.assign(std::size_t{1} << bits >> 6, 0);
  for (const Window& window : windows_) {
    const std::uint32_t bit = bit_of(window.bytes);
    bitmap_[bit >> 6] |= std::uint64_t{1} << (bit & 63);
  }
  const auto hash = [](const Window& window) { return window.bytes * 0x9E3779B1u; };
  std::ranges::sort(windows_, {}, hash);
  const auto begin_bits = static_cast<std::uint32_t>(
      std::clamp(static_cast<std::size_t>(std::bit_width(long_ones)), std::size_t{4}, std::size_t{20}));
  begin_shift_ = 32 - begin_bits;
  window_begin_.assign((std::size_t{1} << begin_bits) + 1, 0);
  for (const Window& window : windows_) ++window_begin_[(hash(window) >> begin_shift_) + 1];
  for (std::size_t i = 1; i < window_begin_.size(); ++i) window_begin_[i] += window_begin_[i - 1];
}

void LiteralIndex::find_windows(std::string_view text, std::vector<LiteralId>& found) const {
  found.insert(found.end(), empty_.begin(), empty_.end());
  const std::vector<Literal>& literals = added_[3];
  for (std::size_t size = 0; size < 3; ++size) {
    if (short_[size].empty()) continue;
    const std::vector<std::uint32_t>& begin = short_begin_[size];
    for (std::size_t at = 0; at + size < text.size(); ++at) {
      const auto first = static_cast<unsigned char>(text[at]);
      for (std::uint32_t i = begin[first]; i < begin[first + 1u]; ++i) {
        const Literal& literal = literals[short_[size][i]];
        if (text.compare(at, size + 1, literal.text) == 0) found.push_back(literal.id);
      }
    }
  }
  if (windows_.empty() || text.size() < 4) return;
  const std::size_t last = text.size() - 4;
  for (std::size_t at = 0; at <= last; ++at) {
    const std::uint32_t bytes = load_window(text.data() + at);
    const std::uint32_t bit = bit_of(bytes);
    if ((bitmap_[bit >> 6] >> (bit & 63) & 1) == 0) continue;
    const std::uint32_t begin = (bytes * 0x9E3779B1u) >> begin_shift_;
    for (std::uint32_t i = window_begin_[begin]; i < window_begin_[begin + 1]; ++i) {
      const Window& window = windows_[i];
      if (window.bytes != bytes || window.offset > at) continue;
      const Literal& literal = literals[window.literal];
      if (text.substr(at - window.offset).starts_with(literal.text)) found.push_back(literal.id);
    }
  }
}

}  // namespace tocsin::detect
