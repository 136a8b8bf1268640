import { createServer, type Server as PlainServer } from 'node:http';
import { createServer as createTlsServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { CertificateStore } from '#libs/tls';
import { withClientHighWaterMark } from './client-high-water-mark.js';
import { gateConnections } from './gate-connections.js';
import { serverOptions, type RequestBounds } from './request-bounds.js';

export interface SecureServerInput {
  bounds: RequestBounds;
  certificates: CertificateStore;
  /** Gets the connections on which the client chose HTTP/2; null: no client may. */
  onHttp2: ((socket: TLSSocket) => void) | null;
  /** Called for each of the others, whose requests the server parses. */
  onSecured: (socket: TLSSocket) => void;
  onHandshakeFailed: () => void;
}

/** The server of a listen address. */
export interface ClientServer {
  server: PlainServer | Server;
  /** Parses the further bytes of a connection as requests of HTTP/1.1. */
  parse: (socket: Socket) => void;
  /** Call it when the server closes. */
  leave: () => void;
}

export function createPlainServer(bounds: RequestBounds): ClientServer {
  const server = createServer(serverOptions(bounds));
  return { server, parse: parserOf(server, 'connection'), leave: () => undefined };
}

/** Creates the server of a TLS address. */
export function createSecureServer(input: SecureServerInput): ClientServer {
  const { bounds, certificates, onHttp2, onSecured, onHandshakeFailed } = input;
  const server = createTlsServer({
    handshakeTimeout: bounds.headersTimeoutMs,
    ALPNProtocols: onHttp2 === null ? ['http/1.1'] : ['h2', 'http/1.1'],
    ...serverOptions(bounds),
    ...certificates.serverOptions(),
  });
  gateConnections(server, (_socket, handOver) => withClientHighWaterMark(handOver));
  server.on('tlsClientError', (_error, socket) => {
    socket.destroy();
    onHandshakeFailed();
  });
  const parse = parserOf(server, 'secureConnection');
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket) => {
    socket.on('error', () => undefined);
    socket.disableRenegotiation();
    if (onHttp2 !== null && socket.alpnProtocol === 'h2') {
      onHttp2(socket);
      return;
    }
    parse(socket);
    // Only now, since a client that sends a FIN during the TLS handshake has given up.
    socket.allowHalfOpen = true;
    onSecured(socket);
  });
  return { server, parse, leave: certificates.keepUpToDate(server) };
}

/** Node's own listener, while no other one listens. */
function parserOf(server: PlainServer | Server, event: string): (socket: Socket) => void {
  const [parser] = server.listeners(event);
  return (socket) => {
    if (parser) Reflect.apply(parser, server, [socket]);
  };
}
