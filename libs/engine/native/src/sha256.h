#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sluice {

/// SHA-256 (FIPS 180-4 §6.2).
std::array<uint8_t, 32> sha256Of(const uint8_t* bytes, size_t length);

}  // namespace sluice
