import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  port: number;
  /** From now on nothing passes through the `count` oldest connections, and nobody is told; new ones work. */
  silence(count?: number): void;
  /** Ends every connection, and each new one at once, until `mend`. */
  cut(): void;
  mend(): void;
  close(): void;
}

/** Stands before a server and can do to connections what a forgetful NAT does. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<[Socket, Socket]>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) {
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
    silence: (count = pairs.size) => {
      for (const [client, target] of [...pairs].slice(0, count)) {
        client.unpipe(target);
        target.unpipe(client);
      }
    },
    cut: () => {
      isCut = true;
      for (const [client] of pairs) client.destroy();
    },
    mend: () => {
      isCut = false;
    },
    close: () => {
      server.close();
      for (const [client] of pairs) client.destroy();
    },
  };
}
