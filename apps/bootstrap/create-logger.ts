import { pino, type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { LogLevel } from '#libs/settings';
import { loggedError } from './logged-error.js';

// When thousands of connections end at once, a write for each line would cost more than formatting the lines.
const minBytesPerWrite = 4096;
// Writes up to this size to a pipe are atomic (`PIPE_BUF` of Linux), so the lines of several processes do not
// interleave.
const maxBytesPerSharedWrite = 4096;
const maxDelayMs = 100;
// Some 30,000 lines.
const maxUnwrittenBytes = 16 * 1024 * 1024;

export interface LoggerOptions {
  /** Whether other processes write to the same output. */
  isShared?: boolean;
  /** Whether the output is a terminal. */
  isTerminal?: boolean;
}

/**
 * Creates a logger on standard output that never blocks: a stalled reader of the log does not delay
 * connections. On a terminal, lines are formatted for people and written at once; otherwise each line is a
 * JSON object. JSON lines are written in batches, at most 100 ms late, and the rest when the process exits;
 * with more than 16 MiB unwritten, lines are dropped.
 */
export function createLogger(name: string, level: LogLevel, options: LoggerOptions = {}): Logger {
  const { isShared = false, isTerminal = process.stdout.isTTY } = options;
  return loggerTo(isTerminal ? terminalDestination(process.stdout) : jsonDestination(isShared), name, level);
}

/** Creates a logger that writes lines for people to `output`: time, level, message, fields. */
export function createTerminalLogger(name: string, level: LogLevel, output: NodeJS.WritableStream): Logger {
  return loggerTo(terminalDestination(output), name, level);
}

function loggerTo(destination: DestinationStream, name: string, level: LogLevel): Logger {
  const serializers = { err: (thrown: unknown) => loggedError(thrown) };
  return pino({ name, level, serializers }, destination);
}

function jsonDestination(isShared: boolean): DestinationStream {
  return pino.destination({
    dest: 1,
    sync: false,
    ...(isShared
      ? { minLength: minBytesPerWrite / 2, maxWrite: maxBytesPerSharedWrite }
      : { minLength: minBytesPerWrite }),
    periodicFlush: maxDelayMs,
    maxLength: maxUnwrittenBytes,
  });
}

function terminalDestination(output: NodeJS.WritableStream): DestinationStream {
  return pretty({
    destination: output,
    colorize: 'isTTY' in output && output.isTTY === true && process.env['NO_COLOR'] === undefined,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname,name',
    singleLine: true,
  });
}
