import type { Server, Socket } from 'node:net';
import { receiveProxyHeader } from '#libs/proxy-protocol';
import { socketKey } from './socket-key.js';
import { gateConnections } from './gate-connections.js';

export interface ProxiedPeersOptions {
  /** Whether the peer with this address is a proxy that sends the header. */
  isProxy(address: string): boolean;
  timeoutMs: number;
  /** Whether the connection of the client at this address, which a proxy named, is accepted. */
  isAccepted(socket: Socket, address: string): boolean;
  onDropped(): void;
}

/**
 * Reads the PROXY header of trusted proxies before the server gets a connection, and stores the client
 * addresses.
 */
export class ProxiedPeers {
  // By addresses and ports of the TCP connection, since a TLS socket is another object than the accepted
  // socket.
  readonly #addresses = new Map<string, string>();

  constructor(private readonly options: ProxiedPeersOptions) {}

  /** Call it while only the server itself listens for its connections. */
  attach(server: Server): void {
    gateConnections(server, (socket, handOver) => {
      socket.on('error', () => undefined);
      // Bytes of other peers are not read here; the server refuses a PROXY header from them as a bad request.
      if (this.options.isProxy(socket.remoteAddress ?? '')) this.#receive(socket, handOver);
      else handOver();
    });
  }

  /** The address of the socket's peer, or of the client that a proxy named in its header. */
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
        if (!this.options.isAccepted(socket, received.address)) {
          socket.resetAndDestroy();
          return;
        }
      }
      handOver();
    });
  }
}
