#include "sha256.h"

#include "sha_blocks.h"

namespace sluice {
namespace {

using State = std::array<uint32_t, 8>;

// The first 32 bits of the fractions of the cube roots of the first 64 primes.
constexpr uint32_t kRounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

constexpr uint32_t rotated(uint32_t word, unsigned bits) { return (word >> bits) | (word << (32 - bits)); }

void addBlock(State& state, const uint8_t* block) {
  uint32_t words[64];
  for (size_t index = 0; index < 16; index += 1) words[index] = wordAt(block + 4 * index);
  for (size_t index = 16; index < 64; index += 1) {
    const uint32_t near = words[index - 2];
    const uint32_t far = words[index - 15];
    words[index] = words[index - 16] + (rotated(far, 7) ^ rotated(far, 18) ^ (far >> 3)) + words[index - 7] +
                   (rotated(near, 17) ^ rotated(near, 19) ^ (near >> 10));
  }
  State s = state;
  for (size_t index = 0; index < 64; index += 1) {
    const uint32_t sumOfE = rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25);
    const uint32_t sumOfA = rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22);
    const uint32_t chosen = (s[4] & s[5]) ^ (~s[4] & s[6]);
    const uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
    const uint32_t next = s[7] + sumOfE + chosen + kRounds[index] + words[index];
    s = State{next + sumOfA + majority, s[0], s[1], s[2], s[3] + next, s[4], s[5], s[6]};
  }
  for (size_t index = 0; index < state.size(); index += 1) state[index] += s[index];
}

}  // namespace

std::array<uint8_t, 32> sha256Of(const uint8_t* bytes, size_t length) {
  State state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  forEachShaBlock(bytes, length, [&state](const uint8_t* block) { addBlock(state, block); });
  return digestOf<std::array<uint8_t, 32>>(state);
}

}  // namespace sluice
