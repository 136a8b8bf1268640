/*
 * The sockets of an upstream. Prints its port on standard output; ends when standard input does.
 */
#include "server.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "open-files.h"

enum { EVENTS = 256, SEND_BUFFER = 1 << 19, BACKLOG = 4096 };

static struct connection listener = {.fd = -1}, standard_input = {.fd = 0};
static int poll_fd;
static uint8_t chunk[SERVER_CHUNK];

void fail(const char *what) {
  perror(what);
  exit(1);
}

static void watch(struct connection *connection) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, connection->fd, &event) != 0) fail("epoll_ctl");
}

static void end_connection(struct connection *connection) {
  close(connection->fd);
  free(connection->bytes);
  free(connection);
}

int send_whole(int fd, const void *bytes, size_t length) {
  ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
  if (sent >= 0 && (size_t)sent != length) fail("a write was cut short");
  return sent >= 0;
}

/* Keeps the unanswered bytes at the start of the connection's own memory. */
static void keep(struct connection *connection, const uint8_t *rest, size_t length) {
  if (length > connection->capacity) {
    uint8_t *larger = malloc(length < SERVER_CHUNK ? SERVER_CHUNK : length);
    if (larger == NULL) fail("malloc");
    memcpy(larger, rest, length);
    free(connection->bytes);
    connection->bytes = larger;
    connection->capacity = length < SERVER_CHUNK ? SERVER_CHUNK : length;
  } else if (length > 0) {
    memmove(connection->bytes, rest, length);
  }
  connection->have = length;
}

static void answer_all(struct connection *connection, const uint8_t *data, size_t length) {
  size_t at = 0;
  while (at < length) {
    ssize_t taken = answer_next(connection, data + at, length - at);
    if (taken < 0) return end_connection(connection);
    if (taken == 0) break;
    at += (size_t)taken;
  }
  keep(connection, data + at, length - at);
}

static void read_connection(struct connection *connection) {
  size_t have = connection->have;
  uint8_t *to = have > 0 ? connection->bytes + have : chunk;
  size_t room = have > 0 ? connection->capacity - have : sizeof chunk;
  ssize_t length = recv(connection->fd, to, room, 0);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) return end_connection(connection);
  answer_all(connection, have > 0 ? connection->bytes : chunk, have + (size_t)length);
}

static void accept_all(void) {
  for (;;) {
    int fd = accept4(listener.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    int on = 1, send_buffer = SEND_BUFFER;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) fail("calloc");
    connection->fd = fd;
    watch(connection);
  }
}

static void start_listening(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  listener.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (bind(listener.fd, (struct sockaddr *)&address, length) != 0) fail("bind");
  if (listen(listener.fd, BACKLOG) != 0) fail("listen");
  getsockname(listener.fd, (struct sockaddr *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
}

int main(void) {
  struct epoll_event events[EVENTS];
  raise_open_files();
  poll_fd = epoll_create1(EPOLL_CLOEXEC);
  start_listening();
  watch(&listener);
  watch(&standard_input);
  for (;;) {
    int count = epoll_wait(poll_fd, events, EVENTS, -1);
    for (int at = 0; at < count; at += 1) {
      struct connection *connection = events[at].data.ptr;
      if (connection == &standard_input) return 0;
      if (connection == &listener) accept_all();
      else read_connection(connection);
    }
  }
}
