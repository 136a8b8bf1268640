/*
 * The clients of the benchmark. Prints one line of JSON on standard output.
 *
 *   load-generator echo      --connections 64 --warm-up-ms 500 --measure-ms 2000
 *   load-generator paced     --connections 100 --warm-up-ms 500 --measure-ms 3000 --messages-per-second 2000
 *   load-generator handshake --connections 16 --warm-up 500 --handshakes 3000
 *   load-generator idle      --connections 5000
 *
 * and for each: --port --path --header --message-bytes, and --processes, whose processor time is measured.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "client.h"
#include "open-files.h"
#include "process-clock.h"

enum { OPEN_AT_ONCE = 32, CALM_MS = 300, LONGEST_OPENING_MS = 120000 };

static int argument_count;
static char **arguments;
static struct client *clients;
static long connections, opened, ended, echoed, begun;
static int is_sending, is_ending;

static const char *text_option(const char *name, const char *otherwise) {
  for (int at = 2; at + 1 < argument_count; at += 2) {
    if (strcmp(arguments[at], name) == 0) return arguments[at + 1];
  }
  return otherwise;
}

static long number_option(const char *name) {
  const char *text = text_option(name, NULL);
  if (text == NULL) {
    fprintf(stderr, "%s is needed\n", name);
    exit(1);
  }
  return strtol(text, NULL, 10);
}

static void run_for(long ms) {
  for (uint64_t until_ns = now_ns() + (uint64_t)ms * 1000000u; now_ns() < until_ns;) run_clients(5);
}

static void expect_no_end(struct client *client) {
  (void)client;
  if (!is_ending) fail("a connection ended");
  ended += 1;
}

static void begin_next(struct client *client) {
  opened += 1;
  if (begun < connections) open_client(&clients[begun++]);
  if (is_sending) send_message(client);
}

static void count_echo(struct client *client) {
  echoed += 1;
  if (is_sending) send_message(client);
}

/* Opens all connections, a few at a time, and echoes one message on each. */
static void open_all(void) {
  uint64_t until_ns = now_ns() + LONGEST_OPENING_MS * 1000000ull;
  is_sending = 1;
  while (begun < OPEN_AT_ONCE && begun < connections) open_client(&clients[begun++]);
  while (opened < connections && now_ns() < until_ns) run_clients(1000);
  if (opened < connections) fail("not all connections could be opened");
}

static void close_all(void) {
  is_ending = 1;
  for (long at = 0; at < connections; at += 1) {
    if (clients[at].state == CLIENT_OPEN) send_close(&clients[at]);
  }
  for (uint64_t until_ns = now_ns() + 5000000000ull; ended < connections && now_ns() < until_ns;) run_clients(100);
}

/* Each connection sends its next message as soon as it has the echo of the previous one. */
static void measure_echo(void) {
  open_all();
  run_for(number_option("--warm-up-ms"));
  long before = echoed;
  start_watching();
  run_for(number_option("--measure-ms"));
  printf("{\"messages\":%ld", echoed - before);
  print_watched();
  printf("}\n");
  is_sending = 0;
  run_for(CALM_MS);
  close_all();
}

static uint64_t interval_ns, first_ns, due, sent, measured_from;
static long next_client, latency_count, latency_room;
static uint32_t *latencies_ns;

static void record_latency(struct client *client) {
  echoed += 1;
  if (!is_sending || measured_from == 0 || client->waiting_since_ns < measured_from) return;
  if (latency_count < latency_room) latencies_ns[latency_count++] = (uint32_t)(now_ns() - client->waiting_since_ns);
}

/*
 * Sends the messages that are due. Latency counts from the time at which a message was due, even if no connection was
 * free then: a slow proxy does not get fewer messages, and their wait is part of their latency.
 */
static void send_due(int timer) {
  uint64_t ticks;
  if (read(timer, &ticks, sizeof ticks) == (ssize_t)sizeof ticks) due += ticks;
  for (long tried = 0; sent < due && tried < connections; tried += 1) {
    struct client *client = &clients[next_client];
    next_client = (next_client + 1) % connections;
    if (client->is_waiting) continue;
    client->waiting_since_ns = first_ns + sent * interval_ns;
    sent += 1;
    if (is_sending) send_message(client);
  }
}

static int compare_latencies(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return a < b ? -1 : a > b;
}

static void measure_paced(void) {
  long per_second = number_option("--messages-per-second"), measure_ms = number_option("--measure-ms");
  is_sending = 0;
  while (begun < OPEN_AT_ONCE && begun < connections) open_client(&clients[begun++]);
  while (opened < connections) run_clients(1000);
  interval_ns = 1000000000u / (uint64_t)per_second;
  latency_room = per_second * measure_ms / 1000 * 2;
  latencies_ns = malloc((size_t)latency_room * sizeof *latencies_ns);
  if (latencies_ns == NULL) fail("malloc");
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  first_ns = now_ns() + 1000000u;
  struct itimerspec times = {.it_interval = {.tv_nsec = (long)interval_ns},
                             .it_value = {.tv_sec = (time_t)(first_ns / 1000000000u),
                                          .tv_nsec = (long)(first_ns % 1000000000u)}};
  if (timerfd_settime(timer, TFD_TIMER_ABSTIME, &times, NULL) != 0) fail("timerfd_settime");
  watch_file(timer, send_due);
  is_sending = 1;
  run_for(number_option("--warm-up-ms"));
  measured_from = now_ns();
  start_watching();
  run_for(measure_ms);
  is_sending = 0;
  qsort(latencies_ns, (size_t)latency_count, sizeof *latencies_ns, compare_latencies);
  if (latency_count == 0) fail("no echo came back");
  printf("{\"messages\":%ld,\"p50Ns\":%u,\"p99Ns\":%u,\"maxNs\":%u", latency_count, latencies_ns[latency_count / 2],
         latencies_ns[latency_count * 99 / 100], latencies_ns[latency_count - 1]);
  print_watched();
  printf("}\n");
  close_all();
}

static long handshakes_left;


static void open_another(struct client *client) {
  ended += 1;
  if (handshakes_left == 0) return;
  handshakes_left -= 1;
  open_client(client);
}

static void do_handshakes(long count) {
  long until = ended + count;
  handshakes_left = count;
  for (long at = 0; at < connections && handshakes_left > 0; at += 1) {
    handshakes_left -= 1;
    open_client(&clients[at]);
  }
  while (ended < until) run_clients(1000);
}

/*
 * Opens connections one after the other, echoes one message on each and closes it. The work of a proxy in the idle time
 * after the last one counts too.
 */
static void measure_handshake(void) {
  long count = number_option("--handshakes");
  do_handshakes(number_option("--warm-up"));
  run_for(CALM_MS);
  start_watching();
  uint64_t started_at_ns = now_ns();
  do_handshakes(count);
  uint64_t took_ns = now_ns() - started_at_ns;
  run_for(CALM_MS);
  printf("{\"handshakes\":%ld,\"tookNs\":%llu", count, (unsigned long long)took_ns);
  print_watched();
  printf("}\n");
}

static void end_by_input(int fd) {
  (void)fd;
  is_ending = 1;
}

/* Prints a line when all connections have echoed a message, and holds them until standard input ends. */
static void hold_idle(void) {
  watch_file(STDIN_FILENO, end_by_input);
  start_watching();
  is_sending = 1;
  while (begun < OPEN_AT_ONCE && begun < connections) open_client(&clients[begun++]);
  while (opened < connections || echoed < connections) run_clients(1000);
  printf("{\"open\":%ld", opened);
  print_watched();
  printf("}\n");
  fflush(stdout);
  while (!is_ending) run_clients(1000);
  for (long at = 0; at < connections; at += 1) drop_client(&clients[at]);
}

static void count_one_echo(struct client *client) {
  (void)client;
  echoed += 1;
}

int main(int count, char **values) {
  raise_open_files();
  argument_count = count;
  arguments = values;
  const char *mode = count > 1 ? values[1] : "";
  struct target target = {.port = (int)number_option("--port"),
                          .path = text_option("--path", "/"),
                          .header = text_option("--header", ""),
                          .message_bytes = (size_t)strtoul(text_option("--message-bytes", "64"), NULL, 10)};
  struct client_events events = {.opened = begin_next, .echoed = count_echo, .closed = expect_no_end};
  if (strcmp(mode, "paced") == 0) events.echoed = record_latency;
  if (strcmp(mode, "idle") == 0) events.echoed = count_one_echo;
  if (strcmp(mode, "handshake") == 0) {
    events = (struct client_events){.opened = send_message, .echoed = send_close, .closed = open_another};
  }
  connections = number_option("--connections");
  clients = calloc((size_t)connections, sizeof *clients);
  if (clients == NULL) fail("calloc");
  set_watched_processes(text_option("--processes", ""));
  prepare_clients(&target, &events);
  if (strcmp(mode, "echo") == 0) measure_echo();
  else if (strcmp(mode, "paced") == 0) measure_paced();
  else if (strcmp(mode, "handshake") == 0) measure_handshake();
  else if (strcmp(mode, "idle") == 0) hold_idle();
  else fail("echo, paced, handshake or idle is needed");
  return 0;
}
