import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { dialFirst } from '#libs/upstreams';
import { lookupInSystem } from './lookup-in-system.js';

/** Two ends of one real TCP connection on loopback, both half-open. */
export function socketPair(): Promise<[near: Socket, far: Socket]> {
  return connectedPair(async (port) => {
    const near = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    await once(near, 'connect');
    return near;
  });
}

/** The same; the near end is a gateway's socket to an upstream, and lends what it receives. */
export function upstreamPair(): Promise<[near: Socket, far: Socket]> {
  return connectedPair(async (port) => {
    const hostname = '127.0.0.1';
    const authority = `${hostname}:${port}`;
    const dialed = await dialFirst({
      endpoints: [{ url: `ws://${authority}`, isTls: false, hostname, port, authority, basePath: '' }],
      policy: { isAllowed: () => true },
      connectMs: 10_000,
      lookup: lookupInSystem,
      lendsBytes: true,
    });
    if (!dialed.ok) throw new Error(dialed.detail);
    return dialed.socket;
  });
}

async function connectedPair(
  connectTo: (port: number) => Promise<Socket>,
): Promise<[near: Socket, far: Socket]> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [[far], near] = (await Promise.all([once(server, 'connection'), connectTo(port)])) as [
    [Socket],
    Socket,
  ];
  server.close();
  for (const socket of [near, far]) socket.setNoDelay(true).on('error', () => undefined);
  return [near, far];
}
