#ifndef OPEN_FILES_H
#define OPEN_FILES_H

#include <sys/resource.h>

/* Node.js and Go do the same at their start. */
static inline void raise_open_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

#endif
