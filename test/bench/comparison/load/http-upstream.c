/*
 * An HTTP/1.1 server that reads each request with its body, and answers with as many bytes as the last segment of the
 * path says, in one write.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server.h"

enum { LONGEST_BODY = 1 << 17 };

static const char length_name[] = "\r\ncontent-length:";
static char answer[LONGEST_BODY + 256];

/* The length of the body that follows a head. */
static uint64_t body_length(const char *head, size_t length) {
  for (size_t at = 0; at + sizeof length_name < length; at += 1) {
    if (strncasecmp(head + at, length_name, sizeof length_name - 1) == 0) {
      return strtoul(head + at + sizeof length_name - 1, NULL, 10);
    }
  }
  return 0;
}

/* The number at the end of the target; false if there is none that fits. */
static int read_answer_bytes(const char *head, size_t length, uint64_t *bytes) {
  const char *target = memchr(head, ' ', length);
  const char *end = target == NULL ? NULL : memchr(target + 1, ' ', length - (size_t)(target + 1 - head));
  if (end == NULL) return 0;
  const char *digits = end;
  while (digits[-1] >= '0' && digits[-1] <= '9') digits -= 1;
  *bytes = strtoul(digits, NULL, 10);
  return digits < end && *bytes <= LONGEST_BODY;
}

static int send_answer(const struct connection *connection) {
  size_t bytes = (size_t)connection->answer_bytes;
  int head_length = sprintf(
      answer, "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %zu\r\n\r\n", bytes);
  memset(answer + head_length, 'y', bytes);
  return send_whole(connection->fd, answer, (size_t)head_length + bytes);
}

/* The first call for a request takes its head, the further ones its body. */
ssize_t answer_next(struct connection *connection, const uint8_t *data, size_t length) {
  size_t taken = connection->body_left < length ? (size_t)connection->body_left : length;
  if (connection->body_left > 0) {
    connection->body_left -= taken;
  } else {
    const char *head = (const char *)data, *end = memmem(data, length, "\r\n\r\n", 4);
    if (end == NULL) return 0;
    taken = (size_t)(end - head) + 4;
    if (!read_answer_bytes(head, taken, &connection->answer_bytes)) return -1;
    connection->body_left = body_length(head, taken);
  }
  if (connection->body_left > 0) return (ssize_t)taken;
  return send_answer(connection) ? (ssize_t)taken : -1;
}
