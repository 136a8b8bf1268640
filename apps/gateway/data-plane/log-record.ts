import type { Logger } from 'pino';
import type { ConnectionRecord } from '#libs/pipeline';

/** One line for each request or connection that is over. */
export function logRecord(logger: Logger, record: ConnectionRecord): void {
  logger.info(record, record.outcome === 'ended' ? 'connection ended' : 'connection refused');
}
