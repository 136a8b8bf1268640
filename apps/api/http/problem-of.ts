import type { Logger } from 'pino';
import { RedisError } from '#libs/redis';
import { isStorageUnavailable } from '../database/database-errors.js';
import { LaneFullError } from '../database/fair-queue.js';
import { ProblemError } from './problem-error.js';

export interface LoggedRequest {
  requestId: string;
  method: string;
  path: string;
}

/**
 * The problem that answers an error. Errors that the client did not cause are logged with their cause and
 * with `request`; the cause is never sent.
 */
export function problemOf(error: unknown, logger: Logger, request: LoggedRequest): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof LaneFullError) return new ProblemError('write_rate', {}, { 'Retry-After': '1' });
  if (isStorageUnavailable(error)) {
    logger.error({ err: error, requestId: request.requestId }, 'the database cannot be used');
    return new ProblemError('storage_unavailable', {}, { 'Retry-After': '5' });
  }
  if (error instanceof RedisError) {
    logger.warn({ reason: error.message, requestId: request.requestId }, 'the gateways cannot be reached');
    return new ProblemError('fleet_unavailable', {}, { 'Retry-After': '5' });
  }
  logger.error({ err: error, ...request }, 'request failed');
  return new ProblemError('internal_error');
}
