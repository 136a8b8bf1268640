import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';
import { loggedError } from './logged-error.js';

/** Logs the messages of NestJS with pino; its startup messages at level `debug`. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(fieldsOf(message, rest), textOf(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    // A failed listen also rejects, and its caller reports the wrong setting.
    const level = rest.at(-1) === 'NestApplication' ? 'debug' : 'error';
    this.logger[level](fieldsOf(message, rest), textOf(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal(fieldsOf(message, rest), textOf(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(fieldsOf(message, rest), textOf(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(fieldsOf(message, rest), textOf(message));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.trace(fieldsOf(message, rest), textOf(message));
  }
}

// The last argument is the name of the class that logs, after an optional stack.
function fieldsOf(message: unknown, rest: readonly unknown[]): Record<string, unknown> {
  const context = rest.at(-1);
  const given = rest.slice(0, -1).filter((value) => value !== undefined);
  const details = given.map((value) => (value instanceof Error ? loggedError(value) : value));
  return {
    ...(message instanceof Error ? { err: message } : {}),
    ...(typeof context === 'string' ? { context } : {}),
    ...(details.length > 0 ? { details } : {}),
  };
}

function textOf(message: unknown): string {
  if (message instanceof Error) return message.message;
  return typeof message === 'string' ? message : JSON.stringify(message);
}
