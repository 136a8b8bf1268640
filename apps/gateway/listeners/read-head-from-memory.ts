import type { RequestHead } from '#libs/handshake';
import type { RefusalCode } from '#libs/problem-details';
import { RequestHeadReader } from './request-head-reader.js';

type ReadHead = { ok: true; head: RequestHead } | { ok: false; code: RefusalCode };

/**
 * Reads the bytes of a head as a listener would. A head that does not request an upgrade is refused, unless
 * the request is an ordinary one.
 */
export function readHeadFromMemory(bytes: Buffer, maxHeaderBytes: number, isOrdinary: boolean): ReadHead {
  const progress = new RequestHeadReader(maxHeaderBytes).push(bytes);
  if (progress.state === 'refused') return { ok: false, code: progress.code };
  if (progress.state === 'more') return { ok: false, code: 'bad_handshake' };
  const { head, upgrade } = progress.received;
  return upgrade === null && !isOrdinary ? { ok: false, code: 'bad_handshake' } : { ok: true, head };
}
