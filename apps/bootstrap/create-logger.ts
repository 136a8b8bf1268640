import { pino, type Logger } from 'pino';
import type { LogLevel } from '#libs/settings';

// Some 30,000 lines.
const mostUnwrittenBytes = 16 * 1024 * 1024;

/**
 * A logger on standard output for which nothing waits: whoever reads the log may stall without holding up a connection.
 * What is not written yet is written as the process exits; above 16 MiB of it, lines are dropped.
 */
export function createLogger(name: string, level: LogLevel): Logger {
  const destination = pino.destination({ dest: 1, sync: false, maxLength: mostUnwrittenBytes });
  return pino({ name, level }, destination);
}
