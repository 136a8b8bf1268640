import { createServer, type Server as PlainServer, type ServerOpts, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from 'node:tls';
import type { CertificateStore } from '#libs/tls';
import { clientHighWaterMark, withClientHighWaterMark } from './client-high-water-mark.js';
import { gateConnections } from './gate-connections.js';
import type { RequestBounds } from './request-bounds.js';

export interface SecureServerInput {
  bounds: RequestBounds;
  certificates: CertificateStore;
  /** Gets the connections on which the client chose HTTP/2; null: no client may. */
  onHttp2: ((socket: TLSSocket) => void) | null;
  /** Gets the others. */
  onHttp1: (socket: TLSSocket) => void;
  onHandshakeFailed: () => void;
}

/** The server of a listen address. */
export interface ClientServer {
  server: PlainServer | TlsServer;
  /** Call it when the server closes. */
  leave: () => void;
}

const socketOptions: ServerOpts = { noDelay: true, highWaterMark: clientHighWaterMark };

export function createPlainServer(onSocket: (socket: Socket) => void): ClientServer {
  const server = createServer({ allowHalfOpen: true, ...socketOptions }, onSocket);
  return { server, leave: () => undefined };
}

/** Creates the server of a TLS address. */
export function createSecureServer(input: SecureServerInput): ClientServer {
  const { bounds, certificates, onHttp2, onHttp1, onHandshakeFailed } = input;
  const server = createTlsServer({
    handshakeTimeout: bounds.headersTimeoutMs,
    ALPNProtocols: onHttp2 === null ? ['http/1.1'] : ['h2', 'http/1.1'],
    ...socketOptions,
    ...certificates.serverOptions(),
  });
  gateConnections(server, (_socket, handOver) => withClientHighWaterMark(handOver));
  server.on('tlsClientError', (_error, socket) => {
    socket.destroy();
    onHandshakeFailed();
  });
  server.on('secureConnection', (socket) => {
    socket.on('error', () => undefined);
    socket.disableRenegotiation();
    if (onHttp2 !== null && socket.alpnProtocol === 'h2') {
      onHttp2(socket);
      return;
    }
    // Only now, since a client that sends a FIN during the TLS handshake has given up.
    socket.allowHalfOpen = true;
    onHttp1(socket);
  });
  return { server, leave: certificates.keepUpToDate(server) };
}
