import type { Server, Socket } from 'node:net';
import { receiveProxyHeader } from '#libs/proxy-protocol';

export interface ProxiedPeersOptions {
  /** Whether the peer with this address is a proxy that sends the header. */
  isProxy(address: string): boolean;
  timeoutMs: number;
  onDropped(): void;
}

/** Reads the PROXY header of trusted proxies before the server sees a connection, and knows whom they speak for. */
export class ProxiedPeers {
  // By the four numbers of a TCP connection: a TLS socket is another object than the one that its server accepted.
  readonly #addresses = new Map<string, string>();

  constructor(private readonly options: ProxiedPeersOptions) {}

  /** To be called when nobody but the server itself listens for its connections yet. */
  stand(before: Server): void {
    const listeners = before.listeners('connection');
    before.removeAllListeners('connection');
    before.on('connection', (socket: Socket) => {
      socket.on('error', () => undefined);
      const handOver = (): void => {
        for (const listener of listeners) Reflect.apply(listener, before, [socket]);
      };
      // What others send is theirs: a header from them is no request, and is refused as such.
      if (this.options.isProxy(socket.remoteAddress ?? '')) this.#receive(socket, handOver);
      else handOver();
    });
  }

  /** The address of the socket's peer, which is the proxy's client where a proxy said so. */
  addressOf(socket: Socket): string {
    return this.#addresses.get(keyOf(socket)) ?? socket.remoteAddress ?? '';
  }

  #receive(socket: Socket, handOver: () => void): void {
    const key = keyOf(socket);
    receiveProxyHeader(socket, this.options.timeoutMs, (received) => {
      if (!received.ok || socket.destroyed) {
        socket.destroy();
        this.options.onDropped();
        return;
      }
      if (received.address !== null) {
        this.#addresses.set(key, received.address);
        socket.once('close', () => this.#addresses.delete(key));
      }
      handOver();
    });
  }
}

function keyOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return [remoteAddress, remotePort, localAddress, localPort].join(' ');
}
