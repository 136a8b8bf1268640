#ifndef CLIENT_H
#define CLIENT_H

#include <stddef.h>
#include <stdint.h>

/* Many WebSocket clients in one thread, with one message in flight each. All of them send the same message. */

struct client {
  int fd;
  enum { CLIENT_CONNECTING, CLIENT_HANDSHAKE, CLIENT_OPEN, CLIENT_CLOSED } state;
  /* Whether an echo is awaited, and for latencies since when; nanoseconds. */
  int is_waiting;
  uint64_t waiting_since_ns;
  struct inbox *inbox;
};

/* What happens to clients. Each may be NULL. */
struct client_events {
  void (*opened)(struct client *client);
  void (*echoed)(struct client *client);
  /* The server ended the connection; the socket is closed already. */
  void (*closed)(struct client *client);
};

struct target {
  int port;
  const char *path;
  /* One more field of the request, like "X-Api-Key: slc_", or "". */
  const char *header;
  size_t message_bytes;
};

void prepare_clients(const struct target *target, const struct client_events *events);

/* Opens a connection with the memory of a new or closed client. */
void open_client(struct client *client);

void send_message(struct client *client);

/* Sends a close frame; `closed` follows when the server has closed the connection. */
void send_close(struct client *client);

/* Ends the connection without a word. */
void drop_client(struct client *client);

/* Handles what has happened, and waits up to `timeout_ms` for it. */
void run_clients(int timeout_ms);

/* `readable` is called by `run_clients` when this file can be read. */
void watch_file(int fd, void (*readable)(int fd));

uint64_t now_ns(void);

/* Prints and ends with status 1. */
void fail(const char *what);

#endif
