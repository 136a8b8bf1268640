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

/**
 * An upstream that accepts every handshake, and records each. Other requests get 200. One whose port in the
 * configuration is a status from 300 to 599 answers handshakes with that status, and 444 with nothing, as
 * `return 444` does in nginx.
 */
export class Witness {
  readonly #sockets: ReadonlySet<Socket>;
  /** Number of handshakes since the last read. */
  #received = 0;

  private constructor(private readonly server: Server) {
    this.#sockets = openSocketsOf(server);
    server.on('upgrade', () => (this.#received += 1));
  }

  static async start(upstream: string, seen: Map<string, Seen>): Promise<Witness> {
    const server = createServer((_request, response) => response.end('not a WebSocket'));
    server.on('upgrade', (request: IncomingMessage, socket) => {
      const { [questionHeader]: question = '', ...headers } = request.headers as Record<string, string>;
      seen.set(question, { upstream, url: request.url ?? '', headers });
      socket.on('error', () => undefined);
      const fields = fieldsIn(request.url ?? '', (server.address() as AddressInfo).port);
      if (isStatus(upstream)) socket.end(refusal(upstream, fields));
      else socket.write(switching(headers['sec-websocket-key'] ?? '', fields));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Witness(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Number of handshakes since the last call. */
  takeReceived(): number {
    const received = this.#received;
    this.#received = 0;
    return received;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

function isStatus(port: string): boolean {
  return /^[345][0-9]{2}$/.test(port);
}

/** The fields `Location` and `Set-Cookie` in the query; `UPSTREAM` in them is this witness. */
function fieldsIn(target: string, port: number): string[] {
  const { searchParams } = new URL(target, 'http://upstream.test');
  return ['Location', 'Set-Cookie'].flatMap((name) => {
    const value = searchParams.get(name);
    return value === null ? [] : [`${name}: ${value.replace('UPSTREAM', `127.0.0.1:${port}`)}`];
  });
}

function refusal(status: string, fields: readonly string[]): string {
  if (status === '444') return '';
  return [`HTTP/1.1 ${status} No`, 'Content-Length: 0', 'Connection: close', ...fields, '', ''].join('\r\n');
}

function switching(key: string, fields: readonly string[]): string {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    ...fields,
    '',
    '',
  ].join('\r\n');
}
