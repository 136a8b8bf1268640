import type { Server, Socket } from 'node:net';
import { receiveProxyHeader } from '#libs/proxy-protocol';
import { socketKey } from './socket-key.js';
import { standBefore } from './stand-before.js';

export interface ProxiedPeersOptions {
  /** Whether the peer with this address is a proxy that sends the header. */
  isProxy(address: string): boolean;
  timeoutMs: number;
  /** Whether the client whom a proxy speaks for may have this connection. */
  mayCome(socket: Socket, address: string): boolean;
  onDropped(): void;
}

/** Reads the PROXY header of trusted proxies before the server sees a connection, and knows whom they speak for. */
export class ProxiedPeers {
  // By the four numbers of a TCP connection: a TLS socket is another object than the one that its server accepted.
  readonly #addresses = new Map<string, string>();

  constructor(private readonly options: ProxiedPeersOptions) {}

  /** To be called when nobody but the server itself listens for its connections yet. */
  stand(before: Server): void {
    standBefore(before, (socket, handOver) => {
      socket.on('error', () => undefined);
      // What others send is theirs: a header from them is no request, and is refused as such.
      if (this.options.isProxy(socket.remoteAddress ?? '')) this.#receive(socket, handOver);
      else handOver();
    });
  }

  /** The address of the socket's peer, which is the proxy's client where a proxy said so. */
  addressOf(socket: Socket): string {
    return this.#addresses.get(socketKey(socket)) ?? socket.remoteAddress ?? '';
  }

  #receive(socket: Socket, handOver: () => void): void {
    const key = socketKey(socket);
    receiveProxyHeader(socket, this.options.timeoutMs, (received) => {
      if (!received.ok || socket.destroyed) {
        socket.destroy();
        this.options.onDropped();
        return;
      }
      if (received.address !== null) {
        this.#addresses.set(key, received.address);
        socket.once('close', () => this.#addresses.delete(key));
        if (!this.options.mayCome(socket, received.address)) {
          socket.resetAndDestroy();
          return;
        }
      }
      handOver();
    });
  }
}
