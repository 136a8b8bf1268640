#ifndef SERVER_H
#define SERVER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* An upstream in one thread. A program is linked with one protocol: echo-upstream.c or http-upstream.c. */

enum { SERVER_CHUNK = 1 << 17 };

struct connection {
  int fd;
  /* WebSocket: whether the handshake is done. */
  int is_open;
  /* HTTP: the bytes of the request's body that are not read yet, and those of its answer's. */
  uint64_t body_left, answer_bytes;
  /* Unanswered bytes; `bytes` is allocated only while a request or a frame is incomplete. */
  size_t have;
  size_t capacity;
  uint8_t *bytes;
};

/*
 * Called with the next bytes of a connection. Returns how many of them were used, 0 if more are needed, -1 if the
 * connection has to end.
 */
ssize_t answer_next(struct connection *connection, const uint8_t *data, size_t length);

/* False if the peer has closed. An answer fits into the send buffer: a client has one message in flight. */
int send_whole(int fd, const void *bytes, size_t length);

/* Prints the message and exits with status 1. */
void fail(const char *what);

#endif
