import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { type ListenAddress } from '#libs/settings';

/** A running echo upstream. */
export interface RunningEcho {
  /** The address on this machine, as `ws://host:port`. */
  url: string;
  /**
   * Ends every connection with 1001 and stops listening; resolves when all are closed. Safe to call twice.
   */
  close(): Promise<void>;
}

// Room for the largest header that a gateway forwards by default and for the fields it adds; Node's default
// is 16 KiB.
const maxHeaderBytes = 128 * 1024;
const maxUnsentBytes = 1024 * 1024;
const closeTimeoutMs = 1_000;

/**
 * Starts an upstream that answers every message with itself: text as text, binary as binary. It accepts the
 * first subprotocol offered and permessage-deflate (RFC 7692), and answers `GET /healthz` with 200. Rejects
 * when it cannot listen.
 */
export async function startEcho({ listen }: { listen: ListenAddress }): Promise<RunningEcho> {
  const server = createServer({ maxHeaderSize: maxHeaderBytes }, answerRequest);
  const webSockets = new WebSocketServer({ server, perMessageDeflate: { threshold: 1024 } });
  webSockets.on('connection', echoMessages);
  server.listen(listen.port, listen.host);
  await once(webSockets, 'listening');
  webSockets.on('error', () => undefined);

  let closed: Promise<void> | undefined;
  return { url: urlOf(server), close: () => (closed ??= closeEcho(server, webSockets)) };
}

function answerRequest(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === '/healthz') return void response.writeHead(200).end('ok\n');
  response.writeHead(426, { Upgrade: 'websocket', Connection: 'Upgrade' }).end('Open a WebSocket here.\n');
}

function echoMessages(webSocket: WebSocket): void {
  webSocket.on('error', () => webSocket.terminate());
  webSocket.on('message', (message: RawData, binary: boolean) => {
    webSocket.send(Array.isArray(message) ? Buffer.concat(message) : message, { binary }, () => {
      if (webSocket.isPaused && webSocket.bufferedAmount < maxUnsentBytes) webSocket.resume();
    });
    // A peer that sends and never reads must fill its own buffers, not the memory of this process.
    if (webSocket.bufferedAmount >= maxUnsentBytes) webSocket.pause();
  });
}

async function closeEcho(server: Server, webSockets: WebSocketServer): Promise<void> {
  const closed = once(server, 'close');
  webSockets.close();
  server.close();
  for (const webSocket of webSockets.clients) webSocket.close(1001, 'echo closing');
  const deadline = setTimeout(() => {
    for (const webSocket of webSockets.clients) webSocket.terminate();
    server.closeAllConnections();
  }, closeTimeoutMs);
  await closed;
  clearTimeout(deadline);
}

function urlOf(server: Server): string {
  const { address, port } = addressOf(server);
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  return `ws://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the echo upstream has no TCP address');
  return address;
}
