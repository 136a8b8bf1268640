import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { openSocketsOf } from './open-sockets.js';

/** A TCP upstream whose behaviour a test defines, and which records the received bytes. */
export class CountingUpstream {
  connections = 0;
  received = '';
  /** The received bytes of each connection. */
  readonly receivedBy: string[] = [];
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(
    private readonly server: Server,
    onConnection: (socket: Socket) => void,
  ) {
    this.#sockets = openSocketsOf(server);
    server.on('connection', (socket: Socket) => {
      const index = this.receivedBy.push('') - 1;
      this.connections += 1;
      socket.on('end', () => socket.end());
      socket.on('data', (chunk: Buffer) => {
        const text = chunk.toString('latin1');
        this.received += text;
        this.receivedBy[index] = (this.receivedBy[index] ?? '') + text;
      });
      onConnection(socket);
    });
  }

  /** If the host is null, the upstream listens on every address of this machine. */
  static async start(
    onConnection: (socket: Socket) => void = () => undefined,
    host: string | null = '127.0.0.1',
  ): Promise<CountingUpstream> {
    const server = createServer({ allowHalfOpen: true });
    const upstream = new CountingUpstream(server, onConnection);
    server.listen(0, host ?? undefined);
    await once(server, 'listening');
    return upstream;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Writes to every client. */
  writeAll(bytes: string): void {
    for (const socket of this.#sockets) socket.write(bytes, 'latin1');
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
