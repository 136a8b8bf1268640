/*
 * A WebSocket server that answers each message with its payload, in one frame and one write, each ping with a pong,
 * and a close frame with a close frame, after which it closes first (RFC 6455 section 7.1.1).
 *
 * Prints its port on standard output; ends when standard input does.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "open-files.h"
#include "websocket.h"

enum { CHUNK = 1 << 17, EVENTS = 256, SEND_BUFFER = 1 << 19, BACKLOG = 4096 };

/* Unanswered bytes; `bytes` is allocated only while a request or a frame is incomplete. */
struct connection {
  int fd;
  int is_open;
  size_t have;
  size_t capacity;
  uint8_t *bytes;
};

static struct connection listener = {.fd = -1}, standard_input = {.fd = 0};
static int poll_fd;
static uint8_t chunk[CHUNK];
static uint8_t answer[CHUNK + LONGEST_HEADER];

static void fail(const char *what) {
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

/* False if the peer has closed. An answer fits into the send buffer: a client has one message in flight. */
static int send_whole(int fd, const void *bytes, size_t length) {
  ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
  if (sent >= 0 && (size_t)sent != length) fail("a write was cut short");
  return sent >= 0;
}

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
  if (header.payload_length > CHUNK - LONGEST_HEADER) fail("a message is too long");
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

/* Keeps the unanswered bytes at the start of the connection's own memory. */
static void keep(struct connection *connection, const uint8_t *rest, size_t length) {
  if (length > connection->capacity) {
    uint8_t *larger = malloc(length < CHUNK ? CHUNK : length);
    if (larger == NULL) fail("malloc");
    memcpy(larger, rest, length);
    free(connection->bytes);
    connection->bytes = larger;
    connection->capacity = length < CHUNK ? CHUNK : length;
  } else if (length > 0) {
    memmove(connection->bytes, rest, length);
  }
  connection->have = length;
}

static void answer_all(struct connection *connection, const uint8_t *data, size_t length) {
  size_t at = 0;
  while (at < length) {
    ssize_t taken = connection->is_open ? answer_frame(connection->fd, data + at, length - at)
                                        : answer_request(connection->fd, data + at, length - at);
    if (taken < 0) return end_connection(connection);
    if (taken == 0) break;
    connection->is_open = 1;
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
