/*
 * A WebSocket server that answers each message with its payload, in one frame and one write, each ping with a pong,
 * and a close frame with a close frame, after which it closes first (RFC 6455 section 7.1.1).
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "server.h"
#include "websocket.h"

static uint8_t answer[SERVER_CHUNK + LONGEST_HEADER];

/* Returns the length of the request, 0 while it is incomplete, -1 if it cannot be answered. */
static ssize_t answer_request(int fd, const uint8_t *data, size_t length) {
  static const char name[] = "\r\nsec-websocket-key:";
  const char *end = memmem(data, length, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  size_t head_length = (size_t)(end - (const char *)data) + 4;
  for (size_t at = 0; at + sizeof name + 25 < head_length; at += 1) {
    const char *field = (const char *)data + at;
    if (strncasecmp(field, name, sizeof name - 1) != 0) continue;
    char accept[ACCEPT_LENGTH + 1], head[256];
    field += sizeof name - 1;
    accept_of_key(field + strspn(field, " "), accept);
    int size = snprintf(head, sizeof head,
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Accept: %s\r\n\r\n",
                        accept);
    return send_whole(fd, head, (size_t)size) ? (ssize_t)head_length : -1;
  }
  return -1;
}

/* Returns the length of the first frame, 0 while it is incomplete, -1 if the connection has ended. */
static ssize_t answer_frame(int fd, const uint8_t *data, size_t length) {
  struct frame_header header = {.have = 0};
  size_t taken = read_header(&header, data, length);
  if (!is_whole_header(&header)) return 0;
  if (header.payload_length > SERVER_CHUNK - LONGEST_HEADER) fail("a message is too long");
  size_t payload_length = (size_t)header.payload_length;
  if (length - taken < payload_length) return 0;
  ssize_t whole = (ssize_t)(taken + payload_length);
  if (header.opcode == OPCODE_PONG) return whole;
  enum opcode opcode = header.opcode == OPCODE_PING ? OPCODE_PONG : header.opcode;
  size_t at = write_header(answer, opcode, payload_length, NULL);
  if (header.is_masked) apply_mask(answer + at, data + taken, payload_length, header.mask);
  else memcpy(answer + at, data + taken, payload_length);
  if (!send_whole(fd, answer, at + payload_length)) return -1;
  return header.opcode == OPCODE_CLOSE ? -1 : whole;
}

ssize_t answer_next(struct connection *connection, const uint8_t *data, size_t length) {
  if (connection->is_open) return answer_frame(connection->fd, data, length);
  ssize_t taken = answer_request(connection->fd, data, length);
  connection->is_open = taken > 0;
  return taken;
}
