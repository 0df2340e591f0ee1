#include "event/utf16.h"

#include <algorithm>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tocsin::event {

namespace {

unsigned unit_at(const char* at) {
  return static_cast<unsigned char>(at[0]) | (static_cast<unsigned>(static_cast<unsigned char>(at[1])) << 8);
}

enum class AtNul : std::uint8_t { stop, go_on };

constexpr std::size_t kBlock = 16;

/// Sixteen units as ASCII; false, and nothing that counts is written, where one is none or NUL.
bool transcode_ascii(const char* in, char* out) {
#if defined(__SSE2__)
  const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in));
  const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + 16));
  const __m128i beyond = _mm_and_si128(_mm_or_si128(low, high), _mm_set1_epi16(static_cast<short>(0xFF80)));
  const __m128i packed = _mm_packus_epi16(low, high);
  const __m128i zero = _mm_setzero_si128();
  if (_mm_movemask_epi8(_mm_cmpeq_epi8(beyond, zero)) != 0xFFFF) return false;
  if (_mm_movemask_epi8(_mm_cmpeq_epi8(packed, zero)) != 0) return false;
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), packed);
  return true;
#else
  for (std::size_t i = 0; i < kBlock; ++i) {
    const unsigned unit = unit_at(in + 2 * i);
    if (unit == 0 || unit >= 0x80) return false;
    out[i] = static_cast<char>(unit);
  }
  return true;
#endif
}

/// Writes UTF-8 to `out`, which has room for three bytes a unit; the end of what was written.
template <AtNul kAtNul>
char* transcode(const char* in, std::size_t units, char* out, std::uint64_t& lone_surrogates) {
  std::size_t at = 0;
  while (at < units) {
    while (units - at >= kBlock && transcode_ascii(in + 2 * at, out)) {  // most of what logs hold
      out += kBlock;
      at += kBlock;
    }
    for (std::size_t until = std::min(units, at + kBlock); at < until; ++at) {
      char32_t code_point = unit_at(in + 2 * at);
      if (code_point < 0x80) {
        if (kAtNul == AtNul::stop && code_point == 0) return out;
        *out++ = static_cast<char>(code_point);
        continue;
      }
      if (code_point < 0x800) {
        *out++ = static_cast<char>(0xC0 | (code_point >> 6));
        *out++ = static_cast<char>(0x80 | (code_point & 0x3F));
        continue;
      }
      if (code_point >= 0xD800 && code_point < 0xE000) {
        const unsigned low = code_point < 0xDC00 && at + 1 < units ? unit_at(in + 2 * (at + 1)) : 0;
        if (low >= 0xDC00 && low < 0xE000) {
          code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
          ++at;
          *out++ = static_cast<char>(0xF0 | (code_point >> 18));
          *out++ = static_cast<char>(0x80 | ((code_point >> 12) & 0x3F));
          *out++ = static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
          *out++ = static_cast<char>(0x80 | (code_point & 0x3F));
          continue;
        }
        ++lone_surrogates;
        code_point = 0xFFFD;
      }
      *out++ = static_cast<char>(0xE0 | (code_point >> 12));
      *out++ = static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
      *out++ = static_cast<char>(0x80 | (code_point & 0x3F));
    }
  }
  return out;
}

}  // namespace

std::string_view utf16le_to_utf8(std::string_view text, Arena& arena, std::uint64_t& lone_surrogates) {
  const std::size_t units = text.size() / 2;
  char* begin = arena.reserve(3 * units);
  const char* end = transcode<AtNul::stop>(text.data(), units, begin, lone_surrogates);
  return arena.commit(static_cast<std::size_t>(end - begin));
}

void append_utf16le(std::string& out, std::string_view text) {
  const std::size_t units = text.size() / 2;
  const std::size_t before = out.size();
  out.resize(before + 3 * units);
  std::uint64_t lone_surrogates = 0;
  const char* end = transcode<AtNul::go_on>(text.data(), units, out.data() + before, lone_surrogates);
  out.resize(static_cast<std::size_t>(end - out.data()));
}

std::string printable_utf16le(std::string_view bytes) {
  constexpr std::size_t kShortest = 4;
  std::string out;
  std::size_t begin = 0;
  for (std::size_t at = 0; at + 1 < bytes.size() + 2; at += 2) {
    const unsigned unit = at + 1 < bytes.size() ? unit_at(bytes.data() + at) : 0;
    // Printable ASCII and Latin, Greek, Cyrillic and their neighbours; binary data rarely looks like a run of those.
    if ((unit >= 0x20 && unit < 0x7F) || (unit >= 0xA0 && unit < 0x590)) continue;
    if (at - begin >= 2 * kShortest) {
      if (!out.empty()) out += '\n';
      append_utf16le(out, bytes.substr(begin, at - begin));
    }
    begin = at + 2;
  }
  return out;
}

}  // namespace tocsin::event
