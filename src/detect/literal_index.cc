#include "detect/literal_index.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/unicode.h"

namespace tocsin::detect {

namespace {

constexpr std::uint64_t kHashStart = 0xCBF29CE484222325u;

std::uint64_t hash_on(std::uint64_t hash, char c) { return (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u; }

std::uint64_t scatter(std::uint64_t hash) { return (hash ^ (hash >> 29)) * 0x9E3779B97F4A7C15u; }

/// The bytes at `at`, small letters and capitals alike, spread over 32 bits.
template <std::size_t kWidth>
std::uint32_t window_at(const char* at) {
  std::uint32_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  constexpr std::uint32_t kMask = kWidth == 4 ? ~0u : (1u << (8 * kWidth)) - 1;
  return ((bytes | 0x20202020u) & kMask) * 0x9E3779B1u;
}

#if defined(__x86_64__)

constexpr std::size_t kBlock = 32;  ///< bytes
constexpr std::size_t kBlocksAtOnce = 64;

bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2");
  return has;
}

/// Which windows of each block are in the bitmap: eight a load, the loads `kStep` apart; bit 8 * load + lane.
/// in: text: a window may begin at each place of the blocks
template <std::size_t kWidth, std::size_t kStep>
[[gnu::target("avx2")]] void mark_blocks(const std::uint64_t* bitmap, std::uint32_t shift, const char* text,
                                         std::size_t blocks, std::uint32_t* marks) {
  constexpr std::uint32_t kMask = kWidth == 4 ? ~0u : (1u << (8 * kWidth)) - 1;
  const __m256i small = _mm256_set1_epi32(0x20202020);
  const __m256i mask = _mm256_set1_epi32(static_cast<int>(kMask));
  const __m256i factor = _mm256_set1_epi32(static_cast<int>(0x9E3779B1u));
  const __m256i low_bits = _mm256_set1_epi32(31);
  const __m128i right = _mm_cvtsi32_si128(static_cast<int>(shift));
  for (std::size_t block = 0; block < blocks; ++block) {
    std::uint32_t found = 0;
    for (std::size_t load = 0; load < 4 / kStep; ++load) {
      const char* at = text + block * kBlock + load * kStep;
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
      const __m256i hash = _mm256_mullo_epi32(_mm256_and_si256(_mm256_or_si256(bytes, small), mask), factor);
      const __m256i bit = _mm256_srl_epi32(hash, right);
      const __m256i words =
          _mm256_i32gather_epi32(reinterpret_cast<const int*>(bitmap), _mm256_srli_epi32(bit, 5), sizeof(int));
      const __m256i to_sign = _mm256_sllv_epi32(words, _mm256_andnot_si256(bit, low_bits));
      found |= static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(to_sign))) << (8 * load);
    }
    marks[block] = found;
  }
}

#endif

bool equals_ascii_without_case(std::string_view text, std::string_view folded) {
  return std::ranges::equal(text, folded, [](char a, char b) { return ascii_lower(a) == b; });
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
  build_tier<4, 4>(tiers_[0], 7, std::string::npos);
  // Windows of two bytes are too common for literals of three, and one pass over a text does for both lengths.
  const bool has_three =
      std::ranges::any_of(added_[3], [](const Literal& literal) { return literal.text.size() == 3; });
  if (has_three) {
    build_tier<3, 1>(tiers_[2], 3, 6);
  } else {
    build_tier<3, 2>(tiers_[1], 4, 6);
  }
  build_tier<2, 1>(tiers_[3], 2, 2);
  build_tier<1, 1>(tiers_[4], 1, 1);
  for (const Literal& literal : added_[3]) {
    if (literal.text.empty()) empty_.push_back(literal.id);
  }
  for (auto& ids : ids_) ids = {};
}

void LiteralIndex::find(std::string_view text, std::vector<LiteralId>& found) const {
  whole_.find(text, found);
  start_.find(text, found);
  end_.find(text, found);
  found.insert(found.end(), empty_.begin(), empty_.end());
  scan_all(text, [&](const Literal& literal, std::size_t place) {
    if (text.substr(place).starts_with(literal.text)) found.push_back(literal.id);
    return false;
  });
}

bool LiteralIndex::is_any_in(std::string_view text) const {
  return !empty_.empty() || scan_all(text, [&](const Literal& literal, std::size_t place) {
    return equals_ascii_without_case(text.substr(place, literal.text.size()), literal.text);
  });
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

template <std::size_t kWidth, std::size_t kStep>
void LiteralIndex::build_tier(Tier& tier, std::size_t shortest, std::size_t longest) {
  const std::vector<Literal>& literals = added_[3];
  std::unordered_map<std::uint32_t, std::uint32_t> popularity;
  std::size_t count = 0;
  std::string padded;
  const auto each_window = [&](const std::string& text, const auto& visit) {
    padded = text;
    padded.append(kPadding, '\0');
    for (std::size_t at = 0; at + kWidth <= text.size(); ++at) visit(at, window_at<kWidth>(padded.data() + at));
  };
  const auto belongs = [&](const Literal& literal) {
    return literal.text.size() >= shortest && literal.text.size() <= longest;
  };
  for (const Literal& literal : literals) {
    if (!belongs(literal)) continue;
    each_window(literal.text, [&](std::size_t, std::uint32_t hash) { ++popularity[hash]; });
    ++count;
  }
  if (count == 0) return;
  std::vector<std::uint32_t> hashes;
  for (std::uint32_t i = 0; i < literals.size(); ++i) {
    if (!belongs(literals[i])) continue;
    hashes.clear();
    each_window(literals[i].text, [&](std::size_t, std::uint32_t hash) { hashes.push_back(hash); });
    std::size_t best = 0;
    std::uint64_t least = ~std::uint64_t{0};
    for (std::size_t at = 0; at + kStep <= hashes.size(); ++at) {
      std::uint64_t shared = 0;
      for (std::size_t step = 0; step < kStep; ++step) shared += popularity[hashes[at + step]];
      if (shared >= least) continue;
      least = shared;
      best = at;
    }
    for (std::size_t step = 0; step < kStep; ++step)
      tier.windows.push_back({hashes[best + step], i, static_cast<std::uint32_t>(best + step)});
  }
  // About one bit in 128 is set, as far as the bitmap stays within a fast cache: from 2 to 64 KB.
  const auto bits = [&](std::size_t rows, std::size_t least, std::size_t most) {
    return static_cast<std::uint32_t>(std::clamp(static_cast<std::size_t>(std::bit_width(rows)), least, most));
  };
  tier.bitmap_shift = 32 - bits(tier.windows.size() * 128, 14, 19);
  tier.begin_shift = 32 - bits(tier.windows.size(), 6, 20);
  tier.bitmap.assign(((std::size_t{1} << (32 - tier.bitmap_shift)) + 63) / 64, 0);
  tier.begin.assign((std::size_t{1} << (32 - tier.begin_shift)) + 1, 0);
  std::ranges::sort(tier.windows, {}, &Window::hash);
  for (const Window& window : tier.windows) {
    const std::uint32_t bit = window.hash >> tier.bitmap_shift;
    tier.bitmap[bit / 64] |= std::uint64_t{1} << bit % 64;
    ++tier.begin[(window.hash >> tier.begin_shift) + 1];
  }
  for (std::size_t i = 1; i < tier.begin.size(); ++i) tier.begin[i] += tier.begin[i - 1];
}

template <std::size_t kWidth, std::size_t kStep, typename Visit>
bool LiteralIndex::scan(const Tier& tier, std::string_view text, const Visit& visit) const {
  if (tier.windows.empty() || text.size() < kWidth) return false;
  const auto look = [&](std::size_t place) {
    const std::uint32_t hash = window_at<kWidth>(text.data() + place);
    const std::uint32_t begin = hash >> tier.begin_shift;
    for (std::uint32_t i = tier.begin[begin]; i < tier.begin[begin + 1]; ++i) {
      const Window& window = tier.windows[i];
      if (window.hash != hash || window.offset > place) continue;
      if (visit(added_[3][window.literal], place - window.offset)) return true;
    }
    return false;
  };
  const std::uint64_t* bitmap = tier.bitmap.data();
  const std::uint32_t shift = tier.bitmap_shift;
  const std::size_t places = text.size() - kWidth + 1;
  std::size_t at = 0;
#if defined(__x86_64__)
  if (has_avx2()) {
    std::uint32_t marks[kBlocksAtOnce];
    while (places - at >= kBlock) {
      const std::size_t blocks = std::min((places - at) / kBlock, kBlocksAtOnce);
      mark_blocks<kWidth, kStep>(bitmap, shift, text.data() + at, blocks, marks);
      for (std::size_t block = 0; block < blocks; ++block, at += kBlock) {
        for (std::uint32_t mark = marks[block]; mark != 0; mark &= mark - 1) {
          const auto bit = static_cast<std::size_t>(std::countr_zero(mark));
          if (look(at + bit / 8 * kStep + bit % 8 * 4)) return true;
        }
      }
    }
  }
#endif
  for (; at < places; at += kStep) {
    const std::uint32_t bit = window_at<kWidth>(text.data() + at) >> shift;
    if ((bitmap[bit / 64] >> bit % 64 & 1) != 0 && look(at)) return true;
  }
  return false;
}

template <typename Visit>
bool LiteralIndex::scan_all(std::string_view text, const Visit& visit) const {
  return scan<4, 4>(tiers_[0], text, visit) || scan<3, 2>(tiers_[1], text, visit) ||
         scan<3, 1>(tiers_[2], text, visit) || scan<2, 1>(tiers_[3], text, visit) || scan<1, 1>(tiers_[4], text, visit);
}

}  // namespace tocsin::detect
