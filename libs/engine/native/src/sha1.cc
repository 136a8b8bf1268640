#include "sha1.h"

#include "sha_blocks.h"

namespace sluice {
namespace {

using State = std::array<uint32_t, 5>;

uint32_t rotated(uint32_t word, unsigned bits) { return (word << bits) | (word >> (32 - bits)); }

struct Round {
  uint32_t mixed;
  uint32_t constant;
};

Round roundAt(size_t index, uint32_t b, uint32_t c, uint32_t d) {
  if (index < 20) return Round{(b & c) | (~b & d), 0x5a827999};
  if (index < 40) return Round{b ^ c ^ d, 0x6ed9eba1};
  if (index < 60) return Round{(b & c) | (b & d) | (c & d), 0x8f1bbcdc};
  return Round{b ^ c ^ d, 0xca62c1d6};
}

void addBlock(State& state, const uint8_t* block) {
  uint32_t words[80];
  for (size_t index = 0; index < 16; index += 1) words[index] = wordAt(block + 4 * index);
  for (size_t index = 16; index < 80; index += 1) {
    words[index] = rotated(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], 1);
  }
  State s = state;
  for (size_t index = 0; index < 80; index += 1) {
    const Round round = roundAt(index, s[1], s[2], s[3]);
    const uint32_t next = rotated(s[0], 5) + round.mixed + s[4] + round.constant + words[index];
    s = State{next, s[0], rotated(s[1], 30), s[2], s[3]};
  }
  for (size_t index = 0; index < state.size(); index += 1) state[index] += s[index];
}

}  // namespace

std::array<uint8_t, 20> sha1Of(const uint8_t* bytes, size_t length) {
  State state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  forEachShaBlock(bytes, length, [&state](const uint8_t* block) { addBlock(state, block); });
  return digestOf<std::array<uint8_t, 20>>(state);
}

}  // namespace sluice
