import { createServer, type IncomingMessage } from 'node:http';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { machineMs } from '../machine-clock.js';
import type { ConnectionNote, NotesMessage } from '../notes.js';
import { farewell } from './chaos-client.js';

/** The header field with which a route tells its upstream whose it is. */
const tenantField = 'x-chaos-tenant';

/** The program of an echo upstream that tells what it sees: `upstream-process.js NAME PORT`. */
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
  const note = (kind: ConnectionNote['kind'], code?: number): void => {
    const notes = [{ ...seen, kind, atMs: machineMs(), ...(code !== undefined && { code }) }];
    process.send?.({ notes } satisfies NotesMessage);
  };
  note('opened');
  webSocket.on('error', () => webSocket.terminate());
  webSocket.on('close', (code) => note('ended', code));
  webSocket.on('message', (message: RawData, binary: boolean) => {
    if (Buffer.isBuffer(message) && message.toString('latin1') === farewell) note('leaving');
    webSocket.send(Array.isArray(message) ? Buffer.concat(message) : message, { binary });
  });
}
