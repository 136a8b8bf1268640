#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice {

/// The CRC-32 of zlib and gzip (RFC 1952 §8).
uint32_t crc32Of(const uint8_t* bytes, size_t length);

}  // namespace sluice
