#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sluice {

/// SHA-1 (FIPS 180-4 §6.1). RFC 6455 needs it to show that a server has read the key of a handshake; it protects nothing.
std::array<uint8_t, 20> sha1Of(const uint8_t* bytes, size_t length);

}  // namespace sluice
