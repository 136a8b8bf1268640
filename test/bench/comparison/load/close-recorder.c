/*
 * Clients that wait until the server closes them, and answer its close frames.
 *
 *   close-recorder PORT PATH HEADER CONNECTIONS
 *
 * Prints `open` when all are open, and a line of JSON when all are closed: their codes, 1006 without a close frame, and
 * their times in milliseconds by CLOCK_MONOTONIC. Ends when standard input does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "client.h"
#include "open-files.h"

enum { ARGUMENTS = 5, OPEN_AT_ONCE = 32, ABNORMAL_CLOSURE = 1006 };

struct close {
  int code;
  uint64_t at_ns;
};

static struct client *clients;
/* The close of each client; without a code while it is open. */
static struct close *closes;
static long connections, begun, opened, closed;

static void open_next(struct client *client) {
  (void)client;
  opened += 1;
  if (begun < connections) open_client(&clients[begun++]);
}

static void record_close(struct client *client, int code) {
  struct close *close = &closes[client - clients];
  if (close->code != 0) return;
  *close = (struct close){code, now_ns()};
  closed += 1;
}

static void answer_close(struct client *client, int code) {
  record_close(client, code);
  send_close(client);
}

static void record_end(struct client *client) { record_close(client, ABNORMAL_CLOSURE); }

static void exit_with_input(int fd) {
  (void)fd;
  exit(0);
}

static void print_closes(void) {
  printf("[");
  for (long at = 0; at < connections; at += 1) {
    printf("%s{\"code\":%d,\"atMs\":%.3f}", at == 0 ? "" : ",", closes[at].code, (double)closes[at].at_ns / 1e6);
  }
  printf("]\n");
  fflush(stdout);
}

int main(int count, char **values) {
  if (count != ARGUMENTS) fail("close-recorder PORT PATH HEADER CONNECTIONS");
  struct target target = {.port = atoi(values[1]), .path = values[2], .header = values[3], .message_bytes = 1};
  struct client_events events = {.opened = open_next, .closing = answer_close, .closed = record_end};
  raise_open_files();
  connections = atol(values[4]);
  clients = calloc((size_t)connections, sizeof *clients);
  closes = calloc((size_t)connections, sizeof *closes);
  if (clients == NULL || closes == NULL) fail("calloc");
  prepare_clients(&target, &events);
  watch_file(STDIN_FILENO, exit_with_input);
  while (begun < OPEN_AT_ONCE && begun < connections) open_client(&clients[begun++]);
  while (opened < connections) run_clients(1000);
  printf("open\n");
  fflush(stdout);
  while (closed < connections) run_clients(1000);
  print_closes();
  for (;;) run_clients(1000);
}
