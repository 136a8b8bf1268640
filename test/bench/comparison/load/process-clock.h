#ifndef PROCESS_CLOCK_H
#define PROCESS_CLOCK_H

/* The processor time of processes with all their threads, as accounted by the operating system. */

enum { MOST_PROCESSES = 32 };

/* Parses a list like "12,34,56". */
void set_watched_processes(const char *list);

void start_watching(void);

/* Prints the time since `start_watching`: ,"elapsedNs":1,"ownNs":2,"processes":[{"pid":12,"ns":3,"userTicks":4,"systemTicks":5}] */
void print_watched(void);

#endif
