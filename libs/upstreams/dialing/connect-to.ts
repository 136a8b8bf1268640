import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { connectEngine } from './connect-engine.js';
import {
  aborted,
  closedEarly,
  refused,
  timedOut,
  type Connecting,
  type ConnectResult,
} from './connect-result.js';
import type { DialOptions } from './dial-options.js';
import { openLending } from './open-lending.js';
import { upstreamContext } from './upstream-context.js';

/**
 * Opens a TCP or TLS connection to one address. After a failure nothing stays open. `onResult` may be called
 * before this function returns.
 */
export function connectTo(
  options: DialOptions,
  connecting: Connecting,
  onResult: (result: ConnectResult) => void,
): void {
  const { connectPlain } = options;
  const { endpoint, address, signal } = connecting;
  if (signal?.aborted === true) {
    onResult(aborted);
    return;
  }
  const idle = options.takeIdle?.(endpoint, address);
  if (idle) onResult({ ok: true, socket: idle, address, sent: null });
  else if (connectPlain && !endpoint.isTls) connectEngine(connecting, connectPlain, onResult);
  else connectNode(options, connecting, onResult);
}

function connectNode(
  options: DialOptions,
  connecting: Connecting,
  onResult: (result: ConnectResult) => void,
): void {
  const { endpoint, address, timeoutMs, signal, onOpen } = connecting;
  const connected = endpoint.isTls ? openTls(connecting, options) : openTcp(connecting, options);
  const socket: Duplex = connected;
  const connectedEvent = endpoint.isTls ? 'secureConnect' : 'connect';
  socket.on('error', ignoreError);
  const settle = (result: ConnectResult): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    socket.off(connectedEvent, onConnect).off('error', onError).off('close', onClose);
    if (onOpen) socket.off('connect', onOpen);
    if (!result.ok) socket.destroy();
    onResult(result);
  };
  const refuse = (reason: string): void => settle(refused(connecting, reason));
  const onConnect = (): void => settle({ ok: true, socket: connected, address, sent: null });
  const onError = (error: Error): void => refuse(error.message);
  const onClose = (): void => refuse(closedEarly);
  const onAbort = (): void => settle(aborted);
  const timer = setTimeout(() => settle(timedOut(connecting)), timeoutMs);
  signal?.addEventListener('abort', onAbort);
  if (onOpen) socket.on('connect', onOpen);
  socket.on(connectedEvent, onConnect).on('error', onError).on('close', onClose);
}

// Not a closure within the function above: the listener stays on the socket, and would keep 1.5 KiB of the
// dial.
function ignoreError(): void {
  // A socket that fails emits `close` as well, which is handled.
}

// Without a prototype the options are a dictionary, which makes every new socket of the process cheaper,
// those of clients too: 0.5 to 2 µs in place of 10 (Node 20). Node copies the options of a socket with a
// spread and adds to the copy. For options in fast mode V8 gives each such copy separate hidden classes,
// and some 60 accesses to it miss their inline caches; having met a dictionary there, it copies all of them
// in another way, and the copies share theirs.
function openTcp({ endpoint, address }: Connecting, { lendsBytes }: DialOptions): Socket {
  const options = { __proto__: null, host: address, port: endpoint.port, allowHalfOpen: true, noDelay: true };
  return lendsBytes === true ? openLending(options) : connectTcp(options);
}

/**
 * As for clients: while the gateway does not read, Node reads no more than one chunk
 * ahead, however small chunks are.
 */
const tlsHighWaterMark = 1;

// Without a servername the certificate is checked against the address; SNI carries names only (RFC 6066 §3).
function openTls({ endpoint, address }: Connecting, { trustedCertificates, tls }: DialOptions): TLSSocket {
  const name = (tls?.serverName ?? endpoint.serverName).replace(/\.$/, '');
  // The types of Node lack `allowHalfOpen` and `highWaterMark`.
  const options: ConnectionOptions & { allowHalfOpen: boolean; highWaterMark: number } = {
    host: address,
    port: endpoint.port,
    servername: isIP(name) === 0 ? name : '',
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: tls?.verify !== false,
    secureContext: tls && upstreamContext(tls),
    allowHalfOpen: true,
    highWaterMark: tlsHighWaterMark,
    ...(trustedCertificates === undefined ? {} : { ca: trustedCertificates }),
  };
  const socket = connectTls(options);
  socket.setNoDelay(true);
  return socket;
}
