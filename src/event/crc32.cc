// The folding is that of V. Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction"
// (Intel, 2009): sixteen bytes are multiplied by x^n mod P instead of being divided bit by bit. The constants are those
// powers for the bit-reversed polynomial; what is left of 128 bits goes through the table.

#include "event/crc32.h"

#include <array>
#include <cstddef>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tocsin::event {

namespace {

constexpr std::uint32_t kPolynomial = 0xEDB88320;

/// tables[k][b]: the CRC of the byte b followed by k zero bytes.
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables out{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? kPolynomial : 0);
    out[0][byte] = value;
  }
  for (std::size_t k = 1; k < out.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      out[k][byte] = (out[k - 1][byte] >> 8) ^ out[0][out[k - 1][byte] & 0xFF];
    }
  }
  return out;
}

constexpr Tables kTables = make_tables();

/// Eight bytes at a time. `state` is the CRC before its final complement.
std::uint32_t by_table(std::uint32_t state, const char* bytes, std::size_t size) {
  for (; size >= 8; bytes += 8, size -= 8) {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::memcpy(&low, bytes, 4);
    std::memcpy(&high, bytes + 4, 4);
    low ^= state;
    state = kTables[7][low & 0xFF] ^ kTables[6][(low >> 8) & 0xFF] ^ kTables[5][(low >> 16) & 0xFF] ^
            kTables[4][low >> 24] ^ kTables[3][high & 0xFF] ^ kTables[2][(high >> 8) & 0xFF] ^
            kTables[1][(high >> 16) & 0xFF] ^ kTables[0][high >> 24];
  }
  for (; size > 0; ++bytes, --size) {
    state = (state >> 8) ^ kTables[0][(state ^ static_cast<unsigned char>(*bytes)) & 0xFF];
  }
  return state;
}

#if defined(__x86_64__)

constexpr std::size_t kLeastToFold = 128;

__attribute__((target("pclmul,sse2"))) __m128i fold(__m128i value, __m128i next, __m128i powers) {
  return _mm_xor_si128(_mm_xor_si128(_mm_clmulepi64_si128(value, powers, 0x00),  // low half
                                     _mm_clmulepi64_si128(value, powers, 0x11)),
                       next);
}

/// in: size: at least kLeastToFold
__attribute__((target("pclmul,sse2"))) std::uint32_t by_folding(std::uint32_t state, const char* bytes,
                                                                std::size_t size) {
  const __m128i by_four = _mm_set_epi64x(0x00000001c6e41596, 0x0000000154442bd4);  // x^480, x^544 mod P
  const __m128i by_one = _mm_set_epi64x(0x00000000ccaa009e, 0x00000001751997d0);   // x^96, x^160 mod P
  const auto load = [&](std::size_t at) __attribute__((target("pclmul,sse2"))) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + at));
  };
  __m128i a = _mm_xor_si128(load(0), _mm_cvtsi32_si128(static_cast<int>(state)));
  __m128i b = load(16);
  __m128i c = load(32);
  __m128i d = load(48);
  bytes += 64;
  size -= 64;
  for (; size >= 64; bytes += 64, size -= 64) {
    a = fold(a, load(0), by_four);
    b = fold(b, load(16), by_four);
    c = fold(c, load(32), by_four);
    d = fold(d, load(48), by_four);
  }
  a = fold(a, b, by_one);
  a = fold(a, c, by_one);
  a = fold(a, d, by_one);
  for (; size >= 16; bytes += 16, size -= 16) a = fold(a, load(0), by_one);
  std::array<char, 16> rest;
  std::memcpy(rest.data(), &a, rest.size());
  return by_table(by_table(0, rest.data(), rest.size()), bytes, size);
}

#endif

}  // namespace

std::uint32_t crc32(std::string_view bytes, std::uint32_t before) {
  const std::uint32_t state = ~before;
#if defined(__x86_64__)
  if (bytes.size() >= kLeastToFold && __builtin_cpu_supports("pclmul")) {
    return ~by_folding(state, bytes.data(), bytes.size());
  }
#endif
  return ~by_table(state, bytes.data(), bytes.size());
}

}  // namespace tocsin::event
