import type { Socket } from 'node:net';
import { parseProxyHeader } from './parse-proxy-header.js';

/** `address`: as in `ParsedProxyHeader`. */
export type ReceivedProxyHeader = { ok: true; address: string | null } | { ok: false };

/**
 * Reads the PROXY header from a socket that has an `error` listener and has not been read yet. Bytes after
 * the header are put back, and all listeners removed. Calls back once, with `ok: false` if there is no
 * valid header within `timeoutMs`.
 */
export function receiveProxyHeader(
  socket: Socket,
  timeoutMs: number,
  done: (received: ReceivedProxyHeader) => void,
): void {
  let bytes = Buffer.alloc(0);
  const settle = (received: ReceivedProxyHeader): void => {
    clearTimeout(timer);
    socket.off('readable', onReadable).off('end', fail).off('close', fail);
    done(received);
  };
  const fail = (): void => settle({ ok: false });
  const onReadable = (): void => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    bytes = Buffer.concat([bytes, chunk]);
    const parsed = parseProxyHeader(bytes);
    if (parsed.state === 'incomplete') return;
    if (parsed.state === 'malformed') {
      fail();
      return;
    }
    if (bytes.length > parsed.length) socket.unshift(bytes.subarray(parsed.length));
    settle({ ok: true, address: parsed.address });
  };
  const timer = setTimeout(fail, timeoutMs);
  socket.on('readable', onReadable).once('end', fail).once('close', fail);
}
