#include "protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "websocket.h"

enum { LONGEST_HEAD = 4096, NO_CODE = 1005 };

static const char request_key[] = "dGhlIHNhbXBsZSBub25jZQ==";
static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};

/* The bytes that a client has read of an answer's head or of a frame. */
struct inbox {
  struct frame_header header;
  uint64_t payload_read;
  uint8_t control[LONGEST_CONTROL_PAYLOAD];
  size_t head_length;
  char head[LONGEST_HEAD];
};

static char request[2048];
static size_t request_length;
static uint8_t *message, *frame;
static size_t message_length, frame_length;
static char expected_accept[ACCEPT_LENGTH + 1];

void prepare_protocol(const struct target *target) {
  request_length = (size_t)snprintf(request, sizeof request,
                                    "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                                    "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
                                    "Sec-WebSocket-Version: 13\r\n%s%s\r\n",
                                    target->path, target->port, request_key, target->header,
                                    target->header[0] == '\0' ? "" : "\r\n");
  if (request_length >= sizeof request) fail("the request is too long");
  accept_of_key(request_key, expected_accept);
  message_length = target->message_bytes;
  message = malloc(message_length);
  frame = malloc(message_length + LONGEST_HEADER);
  if (message == NULL || frame == NULL) fail("malloc");
  for (size_t at = 0; at < message_length; at += 1) message[at] = (uint8_t)rand();
  size_t header_length = write_header(frame, OPCODE_BINARY, message_length, mask);
  apply_mask(frame + header_length, message, message_length, mask);
  frame_length = header_length + message_length;
}

struct inbox *new_inbox(struct inbox *old) {
  struct inbox *inbox = old != NULL ? old : malloc(sizeof *inbox);
  if (inbox == NULL) fail("malloc");
  inbox->header.have = 0;
  inbox->head_length = 0;
  inbox->payload_read = 0;
  return inbox;
}

void begin_protocol(struct client *client) {
  send_whole(client, request, request_length);
}

void send_message(struct client *client) {
  client->is_waiting = 1;
  send_whole(client, frame, frame_length);
}

void send_close(struct client *client) {
  uint8_t bytes[LONGEST_HEADER + 2], code[2] = {1000 >> 8, 1000 & 0xff};
  size_t header_length = write_header(bytes, OPCODE_CLOSE, sizeof code, mask);
  apply_mask(bytes + header_length, code, sizeof code, mask);
  send_whole(client, bytes, header_length + sizeof code);
}

/* Returns the number of bytes that belong to the answer's head; opens the client when the head is complete. */
static size_t read_head(struct client *client, const uint8_t *data, size_t length) {
  struct inbox *inbox = client->inbox;
  size_t room = LONGEST_HEAD - 1 - inbox->head_length, before = inbox->head_length;
  size_t taken = length < room ? length : room;
  memcpy(inbox->head + before, data, taken);
  inbox->head_length += taken;
  inbox->head[inbox->head_length] = '\0';
  char *end = strstr(inbox->head, "\r\n\r\n");
  if (end == NULL && room > taken) return taken;
  if (strncmp(inbox->head, "HTTP/1.1 101 ", 13) != 0 || strstr(inbox->head, expected_accept) == NULL) {
    fprintf(stderr, "no handshake: %.300s\n", inbox->head);
    exit(1);
  }
  client_opened(client);
  return (size_t)(end + 4 - inbox->head) - before;
}

static void end_frame(struct client *client) {
  struct inbox *inbox = client->inbox;
  inbox->header.have = 0;
  inbox->payload_read = 0;
  if (inbox->header.opcode == OPCODE_PING) {
    uint8_t pong[LONGEST_HEADER + LONGEST_CONTROL_PAYLOAD];
    size_t length = (size_t)inbox->header.payload_length;
    size_t header_length = write_header(pong, OPCODE_PONG, length, mask);
    apply_mask(pong + header_length, inbox->control, length, mask);
    send_whole(client, pong, header_length + length);
  }
  if (inbox->header.opcode == OPCODE_CLOSE) {
    int has_code = inbox->header.payload_length >= 2;
    client_closing(client, has_code ? inbox->control[0] << 8 | inbox->control[1] : NO_CODE);
  }
  if (inbox->header.opcode != OPCODE_BINARY) return;
  if (inbox->header.payload_length != message_length) fail("an echo of another length");
  client_echoed(client);
}

static void read_payload(struct inbox *inbox, const uint8_t *data, size_t length) {
  uint64_t at = inbox->payload_read;
  inbox->payload_read += length;
  if (inbox->header.opcode != OPCODE_BINARY) {
    if (inbox->payload_read > LONGEST_CONTROL_PAYLOAD) fail("a control frame is too long");
    memcpy(inbox->control + at, data, length);
  } else if (inbox->payload_read > message_length || memcmp(message + at, data, length) != 0) {
    fail("an echo of another message");
  }
}

static void read_frames(struct client *client, const uint8_t *data, size_t length) {
  struct inbox *inbox = client->inbox;
  size_t at = 0;
  while (at < length && client->state == CLIENT_OPEN) {
    at += read_header(&inbox->header, data + at, length - at);
    if (!is_whole_header(&inbox->header)) return;
    uint64_t left = inbox->header.payload_length - inbox->payload_read;
    size_t taken = left < length - at ? (size_t)left : length - at;
    read_payload(inbox, data + at, taken);
    at += taken;
    if (taken == left) end_frame(client);
  }
}

void read_protocol(struct client *client, const uint8_t *data, size_t length) {
  size_t at = client->state == CLIENT_HANDSHAKE ? read_head(client, data, length) : 0;
  if (client->state == CLIENT_OPEN) read_frames(client, data + at, length - at);
}
