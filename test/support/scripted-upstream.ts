import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { openSocketsOf } from './open-sockets.js';

/**
 * The behaviours of the upstream by the first segment of the path; on any other path it switches protocols.
 */
const beforeJoin: Record<string, (socket: Socket) => void> = {
  silent: () => undefined,
  'client-leaves': () => undefined,
  'not-switched': (socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'),
  'wrong-accept': (socket) =>
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Accept: d3Jvbmc=\r\n\r\n',
    ),
};

/** A WebSocket upstream that handles each request as its path and its first message require. */
export class ScriptedUpstream {
  readonly #awaited = new Map<string, () => void>();
  readonly #webSockets = new WebSocketServer({ noServer: true });
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(private readonly server: Server) {
    this.#sockets = openSocketsOf(server);
    server.on('upgrade', (request: IncomingMessage, _socket, head: Buffer) => this.#accept(request, head));
    this.#webSockets.on('connection', handle);
  }

  static async start(): Promise<ScriptedUpstream> {
    const server = createServer();
    const upstream = new ScriptedUpstream(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return upstream;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Resolves when a request for this path arrives; at most one may wait for it. */
  asked(path: string): Promise<void> {
    return new Promise((resolve) => this.#awaited.set(path, resolve));
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.server, 'close');
  }

  #accept(request: IncomingMessage, head: Buffer): void {
    const { url = '', socket } = request;
    const act = beforeJoin[url.split('/')[1] ?? ''];
    if (!act) {
      this.#webSockets.handleUpgrade(request, socket, head, (joined) =>
        this.#webSockets.emit('connection', joined, request),
      );
      return;
    }
    socket.on('end', () => socket.end());
    socket.resume();
    act(socket);
    this.#awaited.get(url)?.();
    this.#awaited.delete(url);
  }
}

function handle(webSocket: WebSocket, { socket }: IncomingMessage): void {
  webSocket.on('error', () => undefined);
  webSocket.on('message', (message: Buffer) => {
    switch (message.toString()) {
      case 'reset':
        socket.resetAndDestroy();
        return;
      case 'fin':
        socket.end();
        return;
      case 'close':
        webSocket.close(4000);
        return;
      default:
        webSocket.send(message);
    }
  });
}
