#include "process-clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client.h"

struct reading {
  uint64_t ns;
  unsigned long user_ticks;
  unsigned long system_ticks;
};

static int pids[MOST_PROCESSES];
static int count;
static struct reading before[MOST_PROCESSES];
static uint64_t started_at_ns, own_before_ns;

void set_watched_processes(const char *list) {
  for (const char *at = list; *at != '\0' && count < MOST_PROCESSES;) {
    char *end;
    pids[count] = (int)strtol(at, &end, 10);
    if (end == at) fail("not a list of processes");
    count += 1;
    at = *end == ',' ? end + 1 : end;
  }
}

static uint64_t clock_ns(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) fail("clock_gettime");
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static struct reading read_process(int pid) {
  struct reading reading;
  clockid_t clock;
  if (clock_getcpuclockid(pid, &clock) != 0) fail("a watched process is gone");
  reading.ns = clock_ns(clock);
  char path[64], line[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (file == NULL || fgets(line, sizeof line, file) == NULL) fail(path);
  fclose(file);
  /* The name is in parentheses and may contain any characters; utime and stime are fields 14 and 15 (proc(5)). */
  const char *after_name = strrchr(line, ')');
  if (after_name == NULL || sscanf(after_name, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                                   &reading.user_ticks, &reading.system_ticks) != 2) {
    fail(path);
  }
  return reading;
}

void start_watching(void) {
  for (int at = 0; at < count; at += 1) before[at] = read_process(pids[at]);
  own_before_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  started_at_ns = now_ns();
}

void print_watched(void) {
  uint64_t elapsed_ns = now_ns() - started_at_ns;
  uint64_t own_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - own_before_ns;
  printf(",\"elapsedNs\":%llu,\"ownNs\":%llu,\"processes\":[", (unsigned long long)elapsed_ns,
         (unsigned long long)own_ns);
  for (int at = 0; at < count; at += 1) {
    struct reading after = read_process(pids[at]);
    printf("%s{\"pid\":%d,\"ns\":%llu,\"userTicks\":%lu,\"systemTicks\":%lu}", at == 0 ? "" : ",", pids[at],
           (unsigned long long)(after.ns - before[at].ns), after.user_ticks - before[at].user_ticks,
           after.system_ticks - before[at].system_ticks);
  }
  printf("]");
}
