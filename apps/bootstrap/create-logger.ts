import { pino, type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { LogLevel } from '#libs/settings';
import { loggedError } from './logged-error.js';

// A write for each line would cost more than to compose the line, when thousands of connections end at once.
const minBytesPerWrite = 4096;
// So much reaches a pipe in one piece (`PIPE_BUF` of Linux): lines of several processes do not get into each other.
const maxBytesPerSharedWrite = 4096;
const maxDelayMs = 100;
// Some 30,000 lines.
const maxUnwrittenBytes = 16 * 1024 * 1024;

export interface LoggerOptions {
  /** Other processes write to the same output, too. */
  isShared?: boolean;
  /** Whether people read the lines as they come. */
  isTerminal?: boolean;
}

/**
 * A logger on standard output for which nothing waits: whoever reads the log may stall without holding up a connection.
 * On a terminal lines are written for people, at once; elsewhere each is a JSON object. JSON lines are written together,
 * at most 100 ms late, and what is not written yet as the process exits; where more than 16 MiB wait, lines are dropped.
 */
export function createLogger(name: string, level: LogLevel, options: LoggerOptions = {}): Logger {
  const { isShared = false, isTerminal = process.stdout.isTTY } = options;
  return loggerTo(isTerminal ? terminalDestination(process.stdout) : jsonDestination(isShared), name, level);
}

/** A logger whose lines `output` gets as people read them: time, level, message, fields. */
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
