import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { openSocketsOf } from '../support/open-sockets.js';

/** A handshake as received by an upstream. */
export interface Seen {
  /** Port of the upstream in the configuration. */
  upstream: string;
  url: string;
  headers: Record<string, string>;
}

/** The header field by which a witness identifies a handshake. */
export const questionHeader = 'x-question';

/** An upstream that accepts every handshake, and records each. Other requests get 200. */
export class Witness {
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(private readonly server: Server) {
    this.#sockets = openSocketsOf(server);
  }

  static async start(upstream: string, seen: Map<string, Seen>): Promise<Witness> {
    const server = createServer((_request, response) => response.end('not a WebSocket'));
    server.on('upgrade', (request: IncomingMessage, socket) => {
      const { [questionHeader]: question = '', ...headers } = request.headers as Record<string, string>;
      seen.set(question, { upstream, url: request.url ?? '', headers });
      socket.on('error', () => undefined);
      socket.write(switching(headers['sec-websocket-key'] ?? ''));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Witness(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

function switching(key: string): string {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    '',
    '',
  ].join('\r\n');
}
