#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include <stddef.h>
#include <stdint.h>

/* The subset of RFC 6455 for both ends of the benchmark: unfragmented frames only. */

enum opcode { OPCODE_BINARY = 2, OPCODE_CLOSE = 8, OPCODE_PING = 9, OPCODE_PONG = 10 };

enum { LONGEST_HEADER = 14, LONGEST_CONTROL_PAYLOAD = 125, ACCEPT_LENGTH = 28 };

/* The bytes read so far of one frame header. */
struct frame_header {
  uint8_t bytes[LONGEST_HEADER];
  size_t have;
  enum opcode opcode;
  int is_masked;
  uint64_t payload_length;
  uint8_t mask[4];
};

/* Takes header bytes from `data`; returns their number. `is_whole_header` tests whether the header is complete. */
size_t read_header(struct frame_header *header, const uint8_t *data, size_t length);

int is_whole_header(const struct frame_header *header);

/* Writes the header of a final frame, with a `mask` that of a client. Returns its length. */
size_t write_header(uint8_t *to, enum opcode opcode, uint64_t payload_length, const uint8_t *mask);

/* `to` may equal `from`. */
void apply_mask(uint8_t *to, const uint8_t *from, size_t length, const uint8_t mask[4]);

/* Writes the value of Sec-WebSocket-Accept for a key of 24 characters (RFC 6455 section 4.2.2). */
void accept_of_key(const char *key, char accept[ACCEPT_LENGTH + 1]);

#endif
