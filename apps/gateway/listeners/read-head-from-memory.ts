import { createServer, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import type { RequestHead } from '#libs/handshake';
import type { RefusalCode } from '#libs/problem-details';
import { headOf } from './ordinary-requests.js';
import { defaultBounds, serverOptions } from './request-bounds.js';
import { codeOf } from './upgrade-listener.js';

type ReadHead = { ok: true; head: RequestHead } | { ok: false; code: RefusalCode };

/**
 * Reads the bytes of a head as `UpgradeListener` would, with the same parser and the same bounds, but without
 * a socket. A head that does not request an upgrade is refused, unless the request is an ordinary one.
 */
export function readHeadFromMemory(
  bytes: Buffer,
  maxHeaderBytes: number,
  isOrdinary: boolean,
): Promise<ReadHead> {
  const { headersTimeoutMs, checkIntervalMs } = defaultBounds;
  const server = createServer(serverOptions({ maxHeaderBytes, headersTimeoutMs, checkIntervalMs }));
  server.maxHeadersCount = 0;
  const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, written) => written() });
  return new Promise<ReadHead>((resolve) => {
    const accept = (request: IncomingMessage): void => {
      if (bytes.length > 2 * maxHeaderBytes) resolve({ ok: false, code: 'headers_too_large' });
      else resolve({ ok: true, head: headOf(request) });
    };
    const refuse = (): void => resolve({ ok: false, code: 'bad_handshake' });
    server.on('upgrade', accept).on('checkExpectation', refuse);
    const onOrdinary = isOrdinary ? accept : refuse;
    server.on('request', onOrdinary).on('checkContinue', onOrdinary);
    server.on('clientError', (error) => resolve({ ok: false, code: codeOf(error) }));
    server.emit('connection', stream);
    stream.push(bytes);
    // A head that announces a body is complete only after it.
    stream.push(null);
  }).finally(() => stream.destroy());
}
