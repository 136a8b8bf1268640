import { createServer, type IncomingMessage } from 'node:http';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { machineMs } from '../machine-clock.js';
import type { ConnectionEvent, EventsMessage } from '../events.js';
import { lastMessage } from './workload-client.js';

/** The header field in which a route sends its tenant. */
const tenantField = 'x-chaos-tenant';

/** The program of an echo upstream that reports its events: `upstream-process.js NAME PORT`. */
const [name = '', port = ''] = process.argv.slice(2);

const server = createServer((_request, response) => response.writeHead(200).end('ok'));
const webSockets = new WebSocketServer({
  server,
  perMessageDeflate: false,
  handleProtocols: (offered) => (offered.has(name) ? name : false),
});
webSockets.on('connection', echo);
server.listen(Number(port), '127.0.0.1');

process.on('disconnect', () => process.exit());
process.once('SIGTERM', () => process.exit(0));

function echo(webSocket: WebSocket, request: IncomingMessage): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://upstream');
  const seen = {
    side: 'upstream' as const,
    connection: searchParams.get('connection') ?? '',
    gateway: Number(searchParams.get('gateway')),
    upstream: name,
    tenant: String(request.headers[tenantField]),
    path: pathname,
  };
  const record = (kind: ConnectionEvent['kind'], code?: number): void => {
    const events = [{ ...seen, kind, atMs: machineMs(), ...(code !== undefined && { code }) }];
    process.send?.({ events } satisfies EventsMessage);
  };
  record('opened');
  webSocket.on('error', () => webSocket.terminate());
  webSocket.on('close', (code) => record('ended', code));
  webSocket.on('message', (message: RawData, binary: boolean) => {
    if (Buffer.isBuffer(message) && message.toString('latin1') === lastMessage) record('leaving');
    webSocket.send(Array.isArray(message) ? Buffer.concat(message) : message, { binary });
  });
}
