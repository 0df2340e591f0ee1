#include "base/json_scan.h"

#include <limits>

#include "base/unicode.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tocsin::json {

bool is_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < text.size() && is_ascii_digit(text[at])) ++at;
    return at - start;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const std::size_t integer = at;
  const std::size_t count = digits();
  if (count == 0 || (count > 1 && text[integer] == '0')) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

#if defined(__x86_64__)

namespace {

struct Block {
  std::uint64_t quotes, backslashes, controls, not_ascii, letters_u;
};

[[gnu::target("avx2")]] inline Block load_block(const char* at) {
  const auto* from = reinterpret_cast<const __m256i*>(at);
  const __m256i low = _mm256_loadu_si256(from);
  const __m256i high = _mm256_loadu_si256(from + 1);
  const auto bits = [](__m256i a, __m256i b) __attribute__((target("avx2"))) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(a))) |
           static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(b))) << 32;
  };
  const auto equal = [&](char c) __attribute__((target("avx2"))) {
    const __m256i wanted = _mm256_set1_epi8(c);
    return bits(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
  };
  const __m256i last_control = _mm256_set1_epi8(0x1F);
  return {equal('"'), equal('\\'),
          bits(_mm256_cmpeq_epi8(_mm256_min_epu8(low, last_control), low),
               _mm256_cmpeq_epi8(_mm256_min_epu8(high, last_control), high)),
          bits(low, high), equal('u')};
}

/// Where the quotation marks that count are; false: a control character is there.
[[gnu::target("avx2,bmi,bmi2")]] bool find_marks(std::string_view text, std::vector<std::uint32_t>& marks,
                                                 ScanTraits& traits) {
  if (marks.size() < text.size() + 64) marks.resize(text.size() + 64);
  std::uint32_t* out = marks.data();
  std::uint64_t escaped_before = 0;  // 1: the block begins behind a backslash that counts
  std::uint64_t backslash_before = 0;
  std::uint64_t not_ascii = 0;
  std::uint64_t escapes_u = 0;
  for (std::size_t base = 0; base < text.size(); base += 64) {
    Block block = load_block(text.data() + base);
    const std::size_t left = text.size() - base;
    const std::uint64_t inside = left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
    if ((block.controls & inside) != 0) return false;
    not_ascii |= block.not_ascii & inside;
    std::uint64_t quotes = block.quotes & inside;
    if ((block.backslashes | escaped_before) != 0) {
      escapes_u |= (block.backslashes << 1 | backslash_before) & block.letters_u & inside;
      backslash_before = block.backslashes >> 63;
      // Of a run of backslashes every second one is escaped, and so is what follows an odd run.
      std::uint64_t escaped = escaped_before;
      std::uint64_t backslashes = block.backslashes & ~escaped_before;
      escaped_before = 0;
      while (backslashes != 0) {
        const std::uint64_t first = backslashes & (~backslashes + 1);
        const std::uint64_t behind = first << 1;
        if (behind == 0) escaped_before = 1;
        escaped |= behind;
        backslashes &= ~(first | behind);
      }
      quotes &= ~escaped;
    } else {
      backslash_before = 0;
    }
    for (; quotes != 0; quotes &= quotes - 1) {
      *out++ = static_cast<std::uint32_t>(base + static_cast<std::size_t>(__builtin_ctzll(quotes)));
    }
  }
  const auto count = static_cast<std::size_t>(out - marks.data());
  marks[count] = std::numeric_limits<std::uint32_t>::max();  // behind the last: at no place
  traits.is_ascii = not_ascii == 0;
  traits.has_unicode_escape = escapes_u != 0;
  return true;
}

}  // namespace

bool can_scan() {
  static const bool can =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  return can;
}

bool scan(std::string_view text, const WalkLimits& limits, std::vector<std::uint32_t>& marks,
          std::vector<WalkItem>& items, ScanTraits& traits) {
  items.clear();
  if (text.empty() || text[0] != '{' || text.size() > std::numeric_limits<std::uint32_t>::max() - 64) return false;
  if (!find_marks(text, marks, traits)) return false;
  if (!traits.is_ascii && find_invalid_utf8(text)) return false;

  constexpr std::uint32_t kMaxDepth = 64;
  bool in_object[kMaxDepth];
  const std::uint32_t max_depth = std::min(kMaxDepth, limits.max_depth);
  std::uint32_t depth = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();  // what stands there is readable, and no mark is behind it
  const char* at = begin;
  const std::uint32_t* mark = marks.data();
  std::string_view key;
  const auto skip_blanks = [&] {
    while (at < end && *at == ' ') ++at;
  };
  /// Between the mark at `at` and the next one.
  const auto take_string = [&](std::string_view& out) {
    if (static_cast<std::size_t>(at - begin) != mark[0] || mark[1] >= text.size()) return false;
    out = text.substr(mark[0] + 1, mark[1] - mark[0] - 1);
    at = begin + mark[1] + 1;
    mark += 2;
    return true;
  };
  const auto take_key = [&] {
    skip_blanks();
    if (!take_string(key)) return false;
    skip_blanks();
    if (at >= end || *at != ':') return false;
    ++at;
    return true;
  };

  for (;;) {  // a value, with its key if it has one
    skip_blanks();
    if (at >= end) return false;
    if (items.size() + 2 * limits.max_depth >= limits.max_items) return false;
    if (*at == '"') {
      std::string_view raw;
      if (!take_string(raw)) return false;
      items.push_back({WalkKind::string, key, raw});
    } else if (*at == '{' || *at == '[') {
      if (depth >= max_depth) return false;
      const bool is_object = *at == '{';
      items.push_back({is_object ? WalkKind::object_begin : WalkKind::array_begin, key, {}});
      in_object[depth++] = is_object;
      ++at;
      skip_blanks();
      const bool is_empty = at < end && *at == (is_object ? '}' : ']');
      if (!is_empty) {
        key = {};
        if (is_object && !take_key()) return false;
        continue;
      }
    } else {
      const char* const start = at;
      while (at < end && *at != ',' && *at != '}' && *at != ']' && *at != ' ') ++at;
      const std::string_view raw(start, static_cast<std::size_t>(at - start));
      if (raw == "null") {
        items.push_back({WalkKind::null, key, raw});
      } else if (raw == "true" || raw == "false") {
        items.push_back({WalkKind::boolean, key, raw});
      } else if (is_number(raw)) {
        items.push_back({WalkKind::number, key, raw});
      } else {
        return false;
      }
    }
    for (;;) {  // what follows a value
      skip_blanks();
      if (at >= end || depth == 0) return false;
      const bool is_object = in_object[depth - 1];
      if (*at == ',') {
        ++at;
        key = {};
        if (is_object && !take_key()) return false;
        break;
      }
      if (*at != (is_object ? '}' : ']')) return false;
      ++at;
      items.push_back({is_object ? WalkKind::object_end : WalkKind::array_end, {}, {}});
      if (--depth > 0) continue;
      skip_blanks();
      return at == end;
    }
  }
}

#else

bool can_scan() { return false; }
bool scan(std::string_view, const WalkLimits&, std::vector<std::uint32_t>&, std::vector<WalkItem>&, ScanTraits&) {
  return false;
}

#endif

}  // namespace tocsin::json
