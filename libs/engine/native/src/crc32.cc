#include "crc32.h"

#include <array>

namespace sluice {
namespace {

constexpr uint32_t kPolynomial = 0xedb88320;

constexpr std::array<uint32_t, 256> remainders() {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < table.size(); byte += 1) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; bit += 1) rest = rest >> 1 ^ (rest & 1) * kPolynomial;
    table[byte] = rest;
  }
  return table;
}

constexpr std::array<uint32_t, 256> kRemainders = remainders();

}  // namespace

uint32_t crc32Of(const uint8_t* bytes, size_t length) {
  uint32_t rest = ~0U;
  for (size_t index = 0; index < length; index += 1) rest = rest >> 8 ^ kRemainders[(rest ^ bytes[index]) & 0xff];
  return ~rest;
}

}  // namespace sluice
