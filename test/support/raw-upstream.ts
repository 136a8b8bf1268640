import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { GatewayWorld } from './gateway-world.js';
import { openSocketsOf } from './open-sockets.js';
import { openSocket, upgradeRequest } from './raw-request.js';
import { ReceivedBytes } from '../fuzz/received-bytes.js';

/** An upgrade request at an upstream, which waits for its 101. */
export interface PendingHandshake {
  socket: Socket;
  /** Sends the 101 with these additional header fields, and `greeting` in the same segment. */
  accept(greeting?: Buffer, fields?: readonly string[]): void;
}

/** One end of a connection, as bytes. */
export interface RawPeer {
  socket: Socket;
  received: ReceivedBytes;
}

/** An upstream that switches protocols, and leaves the traffic after that to the test. */
export class RawUpstream {
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(
    private readonly server: Server,
    private readonly isTls: boolean,
  ) {
    this.#sockets = openSocketsOf(server);
  }

  /** With a certificate and its key it speaks TLS. */
  static async start(tls: Pick<TlsOptions, 'cert' | 'key'> | null = null): Promise<RawUpstream> {
    const options = { allowHalfOpen: true, noDelay: true };
    const server = tls ? createTlsServer({ ...options, ...tls }) : createServer(options);
    const upstream = new RawUpstream(server, tls !== null);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return upstream;
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `${this.isTls ? 'wss' : 'ws'}://127.0.0.1:${port}`;
  }

  /** Must be called before the request is sent. */
  async nextHandshake(): Promise<PendingHandshake> {
    const event = this.isTls ? 'secureConnection' : 'connection';
    const [socket] = (await once(this.server, event)) as [Socket];
    const head = await takeHead(socket);
    const key = /^sec-websocket-key: *(\S+)/im.exec(head)?.[1] ?? '';
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    const lines = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
    ];
    return {
      socket,
      accept: (greeting = Buffer.alloc(0), fields = []) => {
        const answer = [...lines, ...fields, '', ''].join('\r\n');
        socket.write(Buffer.concat([Buffer.from(answer, 'latin1'), greeting]));
      },
    };
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

export interface RawJoinOptions {
  early?: Buffer;
  greeting?: Buffer;
  path?: string;
  extensions?: string;
}

/**
 * Joins a client to the upstream through the gateway. The client sends `early` in one segment with its
 * request, the upstream sends `greeting` in one segment with its 101, and both agree on `extensions`.
 */
export async function joinThroughGateway(
  world: GatewayWorld,
  upstream: RawUpstream,
  { early, greeting, path = '/', extensions }: RawJoinOptions = {},
): Promise<{ client: RawPeer; upstream: RawPeer }> {
  const asked = upstream.nextHandshake();
  const client = await openSocket(world.port);
  client.setNoDelay(true);
  const offer = extensions === undefined ? {} : { 'Sec-WebSocket-Extensions': extensions };
  client.write(Buffer.concat([Buffer.from(upgradeRequest(path, offer), 'latin1'), early ?? Buffer.alloc(0)]));
  const handshake = await asked;
  handshake.accept(greeting, extensions === undefined ? [] : [`Sec-WebSocket-Extensions: ${extensions}`]);
  const head = await takeHead(client);
  if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(`not joined: ${head}`);
  return {
    client: { socket: client, received: new ReceivedBytes(client) },
    upstream: { socket: handshake.socket, received: new ReceivedBytes(handshake.socket) },
  };
}

/** Reads the head of an HTTP message; later bytes remain for the next read. */
export async function takeHead(socket: Socket): Promise<string> {
  let bytes = Buffer.alloc(0);
  return new Promise((resolve) => {
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf('\r\n\r\n');
      if (end === -1) return;
      socket.off('data', onData).pause();
      const rest = bytes.subarray(end + 4);
      if (rest.length > 0) socket.unshift(rest);
      resolve(bytes.toString('latin1', 0, end + 4));
    };
    socket.on('data', onData);
  });
}
