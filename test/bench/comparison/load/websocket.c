#include "websocket.h"

#include <string.h>

static const char accept_suffix[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

static size_t header_length(const struct frame_header *header) {
  if (header->have < 2) return 2;
  size_t length = 2;
  uint8_t short_length = header->bytes[1] & 0x7f;
  if (short_length == 126) length += 2;
  if (short_length == 127) length += 8;
  return length + (header->bytes[1] & 0x80 ? 4 : 0);
}

int is_whole_header(const struct frame_header *header) {
  return header->have >= 2 && header->have == header_length(header);
}

static void decode_header(struct frame_header *header) {
  const uint8_t *bytes = header->bytes;
  size_t length_bytes = (bytes[1] & 0x7f) == 126 ? 2 : (bytes[1] & 0x7f) == 127 ? 8 : 0;
  header->opcode = bytes[0] & 0x0f;
  header->is_masked = (bytes[1] & 0x80) != 0;
  header->payload_length = length_bytes == 0 ? bytes[1] & 0x7f : 0;
  for (size_t at = 0; at < length_bytes; at += 1) {
    header->payload_length = header->payload_length << 8 | bytes[2 + at];
  }
  if (header->is_masked) memcpy(header->mask, bytes + 2 + length_bytes, 4);
}

size_t read_header(struct frame_header *header, const uint8_t *data, size_t length) {
  size_t taken = 0;
  while (taken < length && !is_whole_header(header)) {
    header->bytes[header->have] = data[taken];
    header->have += 1;
    taken += 1;
  }
  if (is_whole_header(header)) decode_header(header);
  return taken;
}

size_t write_header(uint8_t *to, enum opcode opcode, uint64_t payload_length, const uint8_t *mask) {
  size_t length_bytes = payload_length < 126 ? 0 : payload_length < 65536 ? 2 : 8;
  to[0] = 0x80 | (uint8_t)opcode;
  to[1] = (uint8_t)(length_bytes == 0 ? payload_length : length_bytes == 2 ? 126 : 127);
  for (size_t at = 0; at < length_bytes; at += 1) {
    to[2 + at] = (uint8_t)(payload_length >> (8 * (length_bytes - 1 - at)));
  }
  if (mask == NULL) return 2 + length_bytes;
  to[1] |= 0x80;
  memcpy(to + 2 + length_bytes, mask, 4);
  return 2 + length_bytes + 4;
}

void apply_mask(uint8_t *to, const uint8_t *from, size_t length, const uint8_t mask[4]) {
  uint64_t wide_mask;
  memcpy(&wide_mask, mask, 4);
  memcpy((uint8_t *)&wide_mask + 4, mask, 4);
  size_t at = 0;
  for (; at + 8 <= length; at += 8) {
    uint64_t word;
    memcpy(&word, from + at, 8);
    word ^= wide_mask;
    memcpy(to + at, &word, 8);
  }
  for (; at < length; at += 1) to[at] = from[at] ^ mask[at % 4];
}

static uint32_t rotate(uint32_t word, int bits) { return word << bits | word >> (32 - bits); }

static void hash_block(uint32_t state[5], const uint8_t block[64]) {
  static const uint32_t constants[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
  uint32_t words[80];
  for (int at = 0; at < 16; at += 1) {
    const uint8_t *bytes = block + 4 * at;
    words[at] = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
  }
  for (int at = 16; at < 80; at += 1) {
    words[at] = rotate(words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16], 1);
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  for (int at = 0; at < 80; at += 1) {
    int round = at / 20;
    uint32_t mix = round == 0 ? (b & c) | (~b & d) : round == 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
    uint32_t next = rotate(a, 5) + mix + e + constants[round] + words[at];
    e = d, d = c, c = rotate(b, 30), b = a, a = next;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
}

/* SHA-1 (RFC 3174) of the 60 bytes of key and suffix, which are two blocks with their padding. */
static void hash_key(const char *key, uint8_t digest[20]) {
  uint8_t blocks[128] = {0};
  uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  memcpy(blocks, key, 24);
  memcpy(blocks + 24, accept_suffix, 36);
  blocks[60] = 0x80;
  blocks[126] = (60 * 8) >> 8;
  blocks[127] = (60 * 8) & 0xff;
  hash_block(state, blocks);
  hash_block(state, blocks + 64);
  for (int at = 0; at < 20; at += 1) digest[at] = (uint8_t)(state[at / 4] >> (24 - 8 * (at % 4)));
}

void accept_of_key(const char *key, char accept[ACCEPT_LENGTH + 1]) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  uint8_t digest[21] = {0};
  hash_key(key, digest);
  for (int group = 0; group < 7; group += 1) {
    const uint8_t *bytes = digest + 3 * group;
    uint32_t bits = (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
    for (int at = 0; at < 4; at += 1) accept[4 * group + at] = letters[bits >> (18 - 6 * at) & 0x3f];
  }
  accept[ACCEPT_LENGTH - 1] = '=';
  accept[ACCEPT_LENGTH] = '\0';
}
