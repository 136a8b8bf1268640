#include "protocol.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 1 << 17, EVENTS = 256, SEND_BUFFER = 1 << 19 };

static struct client_events events;
static struct sockaddr_in address;
static uint8_t chunk[CHUNK];
static int poll_fd;
static struct client watched_file;
static void (*file_readable)(int fd);

void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

void prepare_clients(const struct target *target, const struct client_events *client_events) {
  events = *client_events;
  poll_fd = epoll_create1(EPOLL_CLOEXEC);
  address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)target->port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  prepare_protocol(target);
}

static void watch(int operation, int fd, uint32_t what, struct client *client) {
  struct epoll_event event = {.events = what, .data.ptr = client};
  if (epoll_ctl(poll_fd, operation, fd, &event) != 0) fail("epoll_ctl");
}

void send_whole(struct client *client, const void *bytes, size_t length) {
  ssize_t sent = send(client->fd, bytes, length, MSG_NOSIGNAL);
  if (sent >= 0 && (size_t)sent != length) fail("a write was cut short");
  /* If the peer has closed, the next read reports it. */
}

void open_client(struct client *client) {
  int on = 1, send_buffer = SEND_BUFFER;
  client->inbox = new_inbox(client->inbox);
  client->is_waiting = 0;
  client->state = CLIENT_CONNECTING;
  client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (client->fd < 0) fail("socket");
  setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(client->fd, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
  int status = connect(client->fd, (struct sockaddr *)&address, sizeof address);
  if (status != 0 && errno != EINPROGRESS) fail("connect");
  watch(EPOLL_CTL_ADD, client->fd, EPOLLOUT, client);
}

void drop_client(struct client *client) {
  if (client->state == CLIENT_CLOSED) return;
  close(client->fd);
  client->state = CLIENT_CLOSED;
}

static void end_client(struct client *client) {
  int was_open = client->state == CLIENT_OPEN;
  drop_client(client);
  if (!was_open) fail("a connection ended before its handshake");
  if (events.closed != NULL) events.closed(client);
}

static void finish_connecting(struct client *client) {
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &length);
  errno = error;
  if (error != 0) fail("connect");
  client->state = CLIENT_HANDSHAKE;
  watch(EPOLL_CTL_MOD, client->fd, EPOLLIN, client);
  begin_protocol(client);
}

void client_opened(struct client *client) {
  client->state = CLIENT_OPEN;
  if (events.opened != NULL) events.opened(client);
}

void client_echoed(struct client *client) {
  client->is_waiting = 0;
  if (events.echoed != NULL) events.echoed(client);
}

void client_closing(struct client *client, int code) {
  if (events.closing != NULL) events.closing(client, code);
}

static void read_client(struct client *client) {
  ssize_t length = recv(client->fd, chunk, sizeof chunk, 0);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) return end_client(client);
  read_protocol(client, chunk, (size_t)length);
}

void watch_file(int fd, void (*readable)(int fd)) {
  watched_file.fd = fd;
  file_readable = readable;
  watch(EPOLL_CTL_ADD, fd, EPOLLIN, &watched_file);
}

void run_clients(int timeout_ms) {
  struct epoll_event ready[EVENTS];
  int count = epoll_wait(poll_fd, ready, EVENTS, timeout_ms);
  for (int at = 0; at < count; at += 1) {
    struct client *client = ready[at].data.ptr;
    if (client == &watched_file) file_readable(client->fd);
    else if (client->state == CLIENT_CONNECTING) finish_connecting(client);
    else if (client->state != CLIENT_CLOSED) read_client(client);
  }
}
