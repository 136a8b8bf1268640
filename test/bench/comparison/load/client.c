#include "client.h"

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

#include "websocket.h"

enum { CHUNK = 1 << 17, EVENTS = 256, SEND_BUFFER = 1 << 19, LONGEST_HEAD = 4096 };

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

static struct client_events events;
static struct sockaddr_in address;
static char request[2048];
static size_t request_length;
static uint8_t *message, *frame;
static size_t message_length, frame_length;
static char expected_accept[ACCEPT_LENGTH + 1];
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

static void watch(int operation, int fd, uint32_t what, struct client *client) {
  struct epoll_event event = {.events = what, .data.ptr = client};
  if (epoll_ctl(poll_fd, operation, fd, &event) != 0) fail("epoll_ctl");
}

/* A message always fits into the send buffer, since a client has one message in flight. */
static void send_whole(struct client *client, const void *bytes, size_t length) {
  ssize_t sent = send(client->fd, bytes, length, MSG_NOSIGNAL);
  if (sent >= 0 && (size_t)sent != length) fail("a write was cut short");
  /* If the peer has closed, the next read reports it. */
}

void open_client(struct client *client) {
  int on = 1, send_buffer = SEND_BUFFER;
  if (client->inbox == NULL) client->inbox = malloc(sizeof *client->inbox);
  if (client->inbox == NULL) fail("malloc");
  client->inbox->header.have = 0;
  client->inbox->head_length = 0;
  client->inbox->payload_read = 0;
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
  send_whole(client, request, request_length);
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
  client->state = CLIENT_OPEN;
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
  if (inbox->header.opcode != OPCODE_BINARY) return;
  if (inbox->header.payload_length != message_length) fail("an echo of another length");
  client->is_waiting = 0;
  if (events.echoed != NULL) events.echoed(client);
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

static void read_client(struct client *client) {
  ssize_t length = recv(client->fd, chunk, sizeof chunk, 0);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) return end_client(client);
  size_t at = 0;
  if (client->state == CLIENT_HANDSHAKE) {
    at = read_head(client, chunk, (size_t)length);
    if (client->state == CLIENT_OPEN && events.opened != NULL) events.opened(client);
  }
  if (client->state == CLIENT_OPEN) read_frames(client, chunk + at, (size_t)length - at);
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
