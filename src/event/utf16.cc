#include "event/utf16.h"

#include <array>
#include <cstring>

namespace tocsin::event {

namespace {

unsigned unit_at(const char* at) {
  return static_cast<unsigned char>(at[0]) | (static_cast<unsigned>(static_cast<unsigned char>(at[1])) << 8);
}

/// Writes UTF-8 to `out`, which has room for three bytes a unit; the end of what was written.
char* transcode(const char* in, std::size_t units, char* out, std::uint64_t& lone_surrogates) {
  std::size_t at = 0;
  while (at < units) {
    // Most of what logs hold is ASCII: sixteen units at a time, which compilers turn into vector instructions.
    constexpr std::size_t kBlock = 16;
    while (units - at >= kBlock) {
      std::array<std::uint16_t, kBlock> block;
      std::memcpy(block.data(), in + 2 * at, sizeof(block));
      std::uint16_t all = 0;
      for (const std::uint16_t unit : block) all = static_cast<std::uint16_t>(all | unit);
      if (all >= 0x80) break;
      for (std::size_t i = 0; i < kBlock; ++i) out[i] = static_cast<char>(block[i]);
      out += kBlock;
      at += kBlock;
    }
    for (std::size_t until = std::min(units, at + kBlock); at < until; ++at) {
      char32_t code_point = unit_at(in + 2 * at);
      if (code_point < 0x80) {
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
  const char* end = transcode(text.data(), units, begin, lone_surrogates);
  return arena.commit(static_cast<std::size_t>(end - begin));
}

void append_utf16le(std::string& out, std::string_view text) {
  const std::size_t units = text.size() / 2;
  const std::size_t before = out.size();
  out.resize(before + 3 * units);
  std::uint64_t lone_surrogates = 0;
  const char* end = transcode(text.data(), units, out.data() + before, lone_surrogates);
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
