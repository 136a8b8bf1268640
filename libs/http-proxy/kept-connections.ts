import type { Socket } from 'node:net';
import { UpstreamConnection, type ConnectionOwner } from './upstream-connection.js';

/** What a connection leads to. */
export interface ConnectionTarget {
  routeId: string;
  address: string;
  port: number;
  /** `options` is another object after a change of them. */
  tls: { serverName: string; options: object } | null;
}

const sweepMs = 500;
// A smaller bound than the requests in flight would close and open connections all the time: 64 clients and a
// bound of 32 cost twice the processor time for each request.
const maxIdlePerKey = 256;
const maxIdle = 1024;

/**
 * The idle connections to upstreams, by route, address and TLS. A connection is dropped if it closes, gets
 * bytes that nobody asked for, or is idle for too long.
 */
export class KeptConnections implements ConnectionOwner {
  readonly #idle = new Map<string, UpstreamConnection[]>();
  readonly #bySocket = new WeakMap<Socket, UpstreamConnection>();
  readonly #open = new Set<UpstreamConnection>();
  readonly #numbersOfTls = new WeakMap<object, number>();
  #lastNumber = 0;
  #idleCount = 0;
  #timer: NodeJS.Timeout | null = null;

  /** The number of idle connections. */
  get idle(): number {
    return this.#idleCount;
  }

  /** Takes the connection that was used last; null if none is idle. */
  take(target: ConnectionTarget): Socket | null {
    const key = this.#keyOf(target);
    const connections = this.#idle.get(key);
    for (let connection = connections?.pop(); connection; connection = connections?.pop()) {
      this.#idleCount -= 1;
      if (connections?.length === 0) this.#idle.delete(key);
      if (connection.isUsable) return connection.socket;
      connection.destroy();
    }
    return null;
  }

  /** The connection of a socket from `take`, or of one that was just connected. */
  of(target: ConnectionTarget, socket: Socket): UpstreamConnection {
    const known = this.#bySocket.get(socket);
    if (known) return known;
    // Only plain sockets are dialed so that they lend.
    const connection = new UpstreamConnection(socket, this.#keyOf(target), target.tls === null, this);
    this.#bySocket.set(socket, connection);
    this.#open.add(connection);
    return connection;
  }

  keep(connection: UpstreamConnection): boolean {
    const connections = this.#idle.get(connection.key) ?? [];
    if (connections.length >= maxIdlePerKey || this.#idleCount >= maxIdle) return false;
    this.#idle.set(connection.key, connections);
    connections.push(connection);
    this.#idleCount += 1;
    this.#timer ??= setTimeout(() => this.#closeExpired(), sweepMs).unref();
    return true;
  }

  drop(connection: UpstreamConnection): void {
    this.#open.delete(connection);
    const connections = this.#idle.get(connection.key);
    const index = connections?.indexOf(connection) ?? -1;
    if (!connections || index === -1) return;
    connections.splice(index, 1);
    this.#idleCount -= 1;
    if (connections.length === 0) this.#idle.delete(connection.key);
  }

  /** Closes all connections. */
  stop(): void {
    for (const { socket } of this.#open) socket.destroy();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #keyOf({ routeId, address, port, tls }: ConnectionTarget): string {
    const plain = `${routeId} ${address} ${port}`;
    return tls === null ? plain : `${plain} ${tls.serverName} ${this.#numberOf(tls.options)}`;
  }

  #numberOf(options: object): number {
    const number = this.#numbersOfTls.get(options) ?? (this.#lastNumber += 1);
    this.#numbersOfTls.set(options, number);
    return number;
  }

  // One timer for all of them: one for each would have to be set and cleared with each request.
  #closeExpired(): void {
    const nowMs = performance.now();
    for (const connections of this.#idle.values()) {
      for (const connection of connections) if (connection.isExpired(nowMs)) connection.socket.destroy();
    }
    this.#timer = this.#idleCount === 0 ? null : setTimeout(() => this.#closeExpired(), sweepMs).unref();
  }
}
