import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { openSocketsOf } from '../support/open-sockets.js';
import { openSocket } from '../support/raw-request.js';
import { readStrictly, type StrictRequest, type Tolerance } from '../support/strict-requests.js';

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** An upstream that answers and records each request. It reads strictly, except for the tolerances. */
export class RecordingUpstream {
  readonly requests: StrictRequest[] = [];
  /** Why bytes were not valid. */
  readonly faults: string[] = [];
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(
    private readonly server: Server,
    private readonly tolerances: readonly Tolerance[],
  ) {
    this.#sockets = openSocketsOf(server);
    server.on('connection', (socket: Socket) => this.#serve(socket));
  }

  static async start(tolerances: readonly Tolerance[] = []): Promise<RecordingUpstream> {
    const upstream = new RecordingUpstream(createServer(), tolerances);
    await once(upstream.server.listen(0, '127.0.0.1'), 'listening');
    return upstream;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  #serve(socket: Socket): void {
    let unread = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      try {
        const { requests, rest } = readStrictly(unread + chunk.toString('latin1'), this.tolerances);
        unread = rest;
        for (const request of requests) {
          this.requests.push(request);
          const { method } = request;
          socket.write(method === 'HEAD' ? answer.slice(0, -2) : answer);
        }
      } catch (error) {
        this.faults.push(String(error));
        socket.destroy();
      }
    });
  }
}

/** A proxy in front of a recording upstream. */
export interface ProxyUnderFuzz {
  name: string;
  port: number;
  upstream: RecordingUpstream;
  close(): Promise<void>;
}

/** What reached the upstream of a proxy. */
export interface Forwarded {
  requests: StrictRequest[];
  faults: string[];
}

/**
 * Sends the bytes, and reads until the proxy closes, or waits for more: bytes that end in the middle of a
 * request keep the connection open.
 */
export async function forwardedBy(
  { port, upstream }: ProxyUnderFuzz,
  bytes: string,
  { mark, quietMs }: { mark: string; quietMs: number },
): Promise<Forwarded> {
  const socket = await openSocket(port);
  const quiet = setTimeout(() => socket.resetAndDestroy(), quietMs);
  socket.on('data', () => quiet.refresh()).once('end', () => socket.end());
  socket.write(Buffer.from(bytes, 'latin1'));
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  clearTimeout(quiet);
  const requests = upstream.requests.filter(({ target }) => isOfCase(target, mark));
  const faults = upstream.faults.splice(0);
  upstream.requests.length = 0;
  return { requests, faults };
}

/** Whether a request carries the mark of the case: damage can remove it. */
export function isOfCase(target: string, mark: string): boolean {
  return target.startsWith(`/${mark}/`);
}
