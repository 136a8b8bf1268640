import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  port: number;
  /** Silently drops the traffic of the `count` oldest connections from now on; new connections work. */
  dropTraffic(count?: number): void;
  /** Closes every connection, and each new connection at once, until `heal`. */
  partition(): void;
  heal(): void;
  close(): void;
}

/** A proxy in front of a server that can simulate network failures. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<[Socket, Socket]>();
  let isPartitioned = false;
  const server = createServer((client) => {
    if (isPartitioned) {
      client.destroy();
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    const pair: [Socket, Socket] = [client, target];
    pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    client.pipe(target).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    port: address.port,
    dropTraffic: (count = pairs.size) => {
      for (const [client, target] of [...pairs].slice(0, count)) {
        client.unpipe(target);
        target.unpipe(client);
      }
    },
    partition: () => {
      isPartitioned = true;
      for (const [client] of pairs) client.destroy();
    },
    heal: () => {
      isPartitioned = false;
    },
    close: () => {
      server.close();
      for (const [client] of pairs) client.destroy();
    },
  };
}
