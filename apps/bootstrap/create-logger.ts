import { pino, type Logger } from 'pino';
import type { LogLevel } from '#libs/settings';
import { loggedError } from './logged-error.js';

// A write for each line would cost more than to compose the line, when thousands of connections end at once.
const leastBytesAtOnce = 4096;
// So much reaches a pipe in one piece (`PIPE_BUF` of Linux): lines of several processes do not get into each other.
const mostBytesInOnePiece = 4096;
const longestDelayMs = 100;
// Some 30,000 lines.
const mostUnwrittenBytes = 16 * 1024 * 1024;

/**
 * A logger on standard output for which nothing waits: whoever reads the log may stall without holding up a connection.
 * Lines are written together, at most 100 ms late, and what is not written yet as the process exits; where more than 16
 * MiB wait, lines are dropped. `isShared`: other processes write to it, too.
 */
export function createLogger(name: string, level: LogLevel, { isShared = false } = {}): Logger {
  const destination = pino.destination({
    dest: 1,
    sync: false,
    ...(isShared
      ? { minLength: leastBytesAtOnce / 2, maxWrite: mostBytesInOnePiece }
      : { minLength: leastBytesAtOnce }),
    periodicFlush: longestDelayMs,
    maxLength: mostUnwrittenBytes,
  });
  const serializers = { err: (thrown: unknown) => loggedError(thrown) };
  return pino({ name, level, serializers }, destination);
}
