import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { testCertificate } from '../../support/tls-certificates.js';

/** An upstream that echoes, and records the whole head of each request. */
export interface ObservedUpstream {
  port: number;
  close(): Promise<void>;
}

/** With TLS it requires a client certificate of the test authority. */
export async function startObservedUpstream(
  note: (head: string) => void,
  hasTls: boolean,
): Promise<ObservedUpstream> {
  const server = hasTls ? createTlsServer(await tlsOptions()) : createServer();
  const handleProtocols = (offered: ReadonlySet<string>): string | false =>
    offered.values().next().value ?? false;
  const sockets = new WebSocketServer({ server, handleProtocols });
  sockets.on('connection', (socket, { url, rawHeaders }: IncomingMessage) => {
    note([url, ...rawHeaders].join('\n'));
    socket.on('error', () => undefined);
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, close };
}

async function tlsOptions(): Promise<object> {
  const [cert, key, ca] = await Promise.all(['chat.crt', 'chat.key', 'ca.crt'].map(testCertificate));
  return { cert, key, ca, requestCert: true, rejectUnauthorized: true };
}
