#ifndef CLIENT_H
#define CLIENT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Many clients in one thread, with one message in flight each. All of them send the same message. A program is linked
 * with one protocol: websocket-client.c or http-client.c.
 */

struct client {
  int fd;
  enum { CLIENT_CONNECTING, CLIENT_HANDSHAKE, CLIENT_OPEN, CLIENT_CLOSED } state;
  /* Whether an echo is pending, and since when, for latencies, in nanoseconds. */
  int is_waiting;
  uint64_t waiting_since_ns;
  struct inbox *inbox;
};

/* Callbacks for events of clients. Each may be NULL. */
struct client_events {
  void (*opened)(struct client *client);
  void (*echoed)(struct client *client);
  /* The server sent a close frame with this code, or with none (1005). */
  void (*closing)(struct client *client, int code);
  /* The server ended the connection; the socket is already closed. */
  void (*closed)(struct client *client);
};

struct target {
  int port;
  const char *path;
  /* An additional field of the request, like "X-Api-Key: slc_", or "". */
  const char *header;
  size_t message_bytes;
};

void prepare_clients(const struct target *target, const struct client_events *events);

/* Opens a connection in the memory of a new or closed client. */
void open_client(struct client *client);

void send_message(struct client *client);

/* Asks the server to close the connection, or answers it; `closed` follows when it has. */
void send_close(struct client *client);

/* Closes the connection without asking. */
void drop_client(struct client *client);

/* Handles events, and waits for them for up to `timeout_ms`. */
void run_clients(int timeout_ms);

/* `run_clients` calls `readable` when this file is readable. */
void watch_file(int fd, void (*readable)(int fd));

uint64_t now_ns(void);

/* Prints the message and exits with status 1. */
void fail(const char *what);

#endif
