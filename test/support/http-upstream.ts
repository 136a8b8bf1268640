import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import { createServer as createRawServer, type AddressInfo, type Socket } from 'node:net';
import { openSocketsOf } from './open-sockets.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An upstream that answers each path as the test says. */
export class HttpUpstream {
  /** How many connections it has accepted. */
  connections = 0;
  readonly #handlers = new Map<string, Handler>();
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(readonly server: HttpServer) {
    this.#sockets = openSocketsOf(server);
    server.on('connection', () => (this.connections += 1));
  }

  static async start(): Promise<HttpUpstream> {
    const handle: Handler = (request, response) => upstream.#handle(request, response);
    const server = createServer({ requestTimeout: 0 }, handle);
    server.on('checkContinue', handle);
    const upstream = new HttpUpstream(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  on(path: string, handler: Handler): void {
    this.#handlers.set(path, handler);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const handler = this.#handlers.get(new URL(request.url ?? '', 'http://a').pathname);
    if (handler) handler(request, response);
    else response.writeHead(404).end();
  }
}

/** An upstream that answers every connection with these bytes, and then does what the test says. */
export async function rawAnswers(
  bytes: string,
  then: (socket: Socket) => void = () => undefined,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createRawServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(Buffer.from(bytes, 'latin1'), () => then(socket)));
  });
  const sockets = openSocketsOf(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
