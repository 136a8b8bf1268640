import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Releases } from '../../support/releases.js';

/**
 * A link to a port of this machine over which bytes take this time each way. It takes as many bytes at once
 * as it gets, like a link of high bandwidth with large windows of TCP. Resolves with its port.
 */
export async function startDelayedLink(toPort: number, delayMs: number, releases: Releases): Promise<number> {
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port: toPort, noDelay: true, allowHalfOpen: true });
    forward(near, far, delayMs);
    forward(far, near, delayMs);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  releases.add(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function forward(from: Socket, to: Socket, delayMs: number): void {
  from.on('data', (bytes: Buffer) => setTimeout(() => to.write(bytes), delayMs));
  from.on('end', () => setTimeout(() => to.end(), delayMs));
  from.on('error', () => to.destroy());
}
