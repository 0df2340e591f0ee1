#pragma once

#include <cstdint>
#include <string_view>

namespace tocsin::event {

/// CRC-32 as in RFC 1952, of `bytes` after those whose CRC is `before` (0: none). At several GB/s where the processor
/// multiplies without carries, which zlib's doesn't reach: EVTX has a checksum over every byte.
std::uint32_t crc32(std::string_view bytes, std::uint32_t before = 0);

}  // namespace tocsin::event
