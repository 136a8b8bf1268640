import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type ServerOpts, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { dialFirst } from '#libs/upstreams';
import { lookupInSystem } from './lookup-in-system.js';
import { testCertificate } from './tls-certificates.js';

const halfOpen = { allowHalfOpen: true, pauseOnConnect: true };

/** The two ends of a real TCP connection on loopback, both half-open; `options` apply to the far end. */
export function socketPair(options: ServerOpts = {}): Promise<[near: Socket, far: Socket]> {
  return connectedPair(createServer({ ...halfOpen, ...options }), 'connection', async (port) => {
    const near = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    await once(near, 'connect');
    return near;
  });
}

/** The same; the near end is a gateway's socket to an upstream. Without TLS it lends its receive buffer. */
export async function upstreamPair({ isTls = false } = {}): Promise<[near: Socket, far: Socket]> {
  if (!isTls) return connectedPair(createServer(halfOpen), 'connection', (port) => dialed(port, false));
  // The types of Node.js omit `allowHalfOpen`.
  const options: TlsOptions & typeof halfOpen = {
    ...halfOpen,
    cert: await testCertificate('chat.crt'),
    key: await testCertificate('chat.key'),
  };
  return connectedPair(createTlsServer(options), 'secureConnection', (port) => dialed(port, true));
}

async function dialed(port: number, isTls: boolean): Promise<Socket> {
  const hostname = '127.0.0.1';
  const authority = `${hostname}:${port}`;
  const url = `${isTls ? 'wss' : 'ws'}://${authority}`;
  const outcome = await dialFirst({
    endpoints: [
      { url, isTls, hostname, isAddress: true, serverName: hostname, port, authority, basePath: '' },
    ],
    policy: { isAllowed: () => true },
    connectMs: 10_000,
    tls: { verify: false, serverName: null, ca: null, clientCertificate: null, clientKey: null },
    lookup: lookupInSystem,
    lendsBytes: true,
  });
  if (!outcome.ok) throw new Error(outcome.detail);
  return outcome.socket;
}

async function connectedPair(
  server: Server,
  connectedEvent: 'connection' | 'secureConnection',
  connectTo: (port: number) => Promise<Socket>,
): Promise<[near: Socket, far: Socket]> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [[far], near] = (await Promise.all([once(server, connectedEvent), connectTo(port)])) as [
    [Socket],
    Socket,
  ];
  server.close();
  for (const socket of [near, far]) socket.setNoDelay(true).on('error', () => undefined);
  return [near, far];
}
