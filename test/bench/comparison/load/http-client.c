#include "protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/*
 * Ordinary HTTP/1.1: a message is a request, GET without a body or POST with one, and its echo is the whole answer.
 * The last segment of the path is the length of the answer's body, which http-upstream.c knows, too.
 */

enum { LONGEST_HEAD = 4096 };

/* The head of an answer, and the bytes of its body that are not read yet. */
struct inbox {
  size_t body_left;
  size_t head_length;
  char head[LONGEST_HEAD];
};

static char *request;
static size_t request_length, answer_bytes;

void prepare_protocol(const struct target *target) {
  size_t body = target->message_bytes, room = 2048 + body;
  request = malloc(room);
  if (request == NULL) fail("malloc");
  char length[64] = "";
  if (body > 0) snprintf(length, sizeof length, "Content-Length: %zu\r\n", body);
  request_length = (size_t)snprintf(request, 2048, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s%s%s\r\n",
                                    body > 0 ? "POST" : "GET", target->path, target->port, length, target->header,
                                    target->header[0] == '\0' ? "" : "\r\n");
  if (request_length >= 2048) fail("the request is too long");
  memset(request + request_length, 'x', body);
  request_length += body;
  const char *segment = strrchr(target->path, '/');
  answer_bytes = segment == NULL ? 0 : strtoul(segment + 1, NULL, 10);
}

struct inbox *new_inbox(struct inbox *old) {
  struct inbox *inbox = old != NULL ? old : malloc(sizeof *inbox);
  if (inbox == NULL) fail("malloc");
  inbox->head_length = 0;
  inbox->body_left = 0;
  return inbox;
}

void begin_protocol(struct client *client) {
  client_opened(client);
}

void send_message(struct client *client) {
  client->is_waiting = 1;
  send_whole(client, request, request_length);
}

/* The server answers a FIN with its own. */
void send_close(struct client *client) {
  shutdown(client->fd, SHUT_WR);
}

/* Returns the number of bytes that belong to the head. */
static size_t read_head(struct client *client, const uint8_t *data, size_t length) {
  struct inbox *inbox = client->inbox;
  size_t room = LONGEST_HEAD - 1 - inbox->head_length, before = inbox->head_length;
  size_t taken = length < room ? length : room;
  memcpy(inbox->head + before, data, taken);
  inbox->head_length += taken;
  inbox->head[inbox->head_length] = '\0';
  char *end = strstr(inbox->head, "\r\n\r\n");
  if (end == NULL && room > taken) return taken;
  char *field = strcasestr(inbox->head, "\r\ncontent-length:");
  if (strncmp(inbox->head, "HTTP/1.1 200 ", 13) != 0 || end == NULL || field == NULL || field > end ||
      strtoul(field + 17, NULL, 10) != answer_bytes) {
    fprintf(stderr, "no answer of %zu bytes: %.300s\n", answer_bytes, inbox->head);
    exit(1);
  }
  inbox->body_left = answer_bytes;
  inbox->head_length = 0;
  if (answer_bytes == 0) client_echoed(client);
  return (size_t)(end + 4 - inbox->head) - before;
}

void read_protocol(struct client *client, const uint8_t *data, size_t length) {
  struct inbox *inbox = client->inbox;
  size_t at = 0;
  if (!client->is_waiting) fail("bytes that nobody asked for");
  while (at < length) {
    if (inbox->body_left == 0) {
      at += read_head(client, data + at, length - at);
      continue;
    }
    size_t taken = inbox->body_left < length - at ? inbox->body_left : length - at;
    at += taken;
    inbox->body_left -= taken;
    if (inbox->body_left == 0) client_echoed(client);
  }
}
