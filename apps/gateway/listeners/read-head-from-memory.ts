import { createServer } from 'node:http';
import { Duplex } from 'node:stream';
import type { RequestHead } from '#libs/handshake';
import type { RefusalCode } from '#libs/problem-details';
import { defaultBounds, serverOptions } from './request-bounds.js';
import { codeOf } from './upgrade-listener.js';

type ReadHead = { ok: true; head: RequestHead } | { ok: false; code: RefusalCode };

/**
 * Reads the bytes of a head as `UpgradeListener` would, with the same parser and the same bounds, but without
 * a socket. A head that does not request an upgrade is refused.
 */
export function readHeadFromMemory(bytes: Buffer, maxHeaderBytes: number): Promise<ReadHead> {
  const { headersTimeoutMs, checkIntervalMs } = defaultBounds;
  const server = createServer(serverOptions({ maxHeaderBytes, headersTimeoutMs, checkIntervalMs }));
  server.maxHeadersCount = 0;
  const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, written) => written() });
  return new Promise<ReadHead>((resolve) => {
    server.on('upgrade', ({ method = '', httpVersion, url: target = '', rawHeaders }) => {
      if (bytes.length > 2 * maxHeaderBytes) resolve({ ok: false, code: 'headers_too_large' });
      else resolve({ ok: true, head: { method, httpVersion, target, rawHeaders } });
    });
    const refuse = (): void => resolve({ ok: false, code: 'bad_handshake' });
    server.on('request', refuse).on('checkExpectation', refuse).on('checkContinue', refuse);
    server.on('clientError', (error) => resolve({ ok: false, code: codeOf(error) }));
    server.emit('connection', stream);
    stream.push(bytes);
    // A head that announces a body is complete only after it.
    stream.push(null);
  }).finally(() => stream.destroy());
}
