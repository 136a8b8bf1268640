import { Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** What a connection leads to. */
export interface ConnectionTarget {
  routeId: string;
  address: string;
  port: number;
  /** `options` is another object after a change of them. */
  tls: { serverName: string; options: object } | null;
}

/** A connection to an upstream, which carries one request after the other. */
export interface KeptConnection {
  readonly socket: Socket;
  /** Node's agent for requests over this connection. */
  readonly agent: Agent;
  /** Whether it has carried a request before. */
  readonly isReused: boolean;
}

// Less than the 5 s after which Node's servers close an idle connection, and all others later.
const maxIdleMs = 4000;
// How much earlier than an upstream has announced its connections are closed.
const marginMs = 1000;
const sweepMs = 500;
// A smaller bound than the requests in flight would close and open connections all the time: 64 clients and a
// bound of 32 cost twice the processor time for each request.
const maxIdlePerKey = 256;
const maxIdle = 1024;

/**
 * The idle connections to upstreams, by route, address and TLS. A connection is dropped if it closes, gets
 * bytes that nobody asked for, or is idle for too long.
 */
export class KeptConnections {
  readonly #idle = new Map<string, Connection[]>();
  readonly #bySocket = new WeakMap<Socket, Connection>();
  readonly #open = new Set<Connection>();
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
      if (connection.isUsable) return connection.take();
      connection.socket.destroy();
    }
    return null;
  }

  /** The connection of a socket from `take`, or of one that was just connected. */
  of(target: ConnectionTarget, socket: Socket): KeptConnection {
    const known = this.#bySocket.get(socket);
    if (known) return known;
    const key = this.#keyOf(target);
    // Dialed sockets are half-open. One that got a FIN is of no use for a further request.
    socket.allowHalfOpen = false;
    const connection = new Connection(key, socket, () => this.#keep(connection));
    this.#bySocket.set(socket, connection);
    this.#open.add(connection);
    socket.once('close', () => {
      this.#open.delete(connection);
      this.#drop(connection);
    });
    return connection;
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

  #keep(connection: Connection): void {
    const connections = this.#idle.get(connection.key) ?? [];
    if (connections.length >= maxIdlePerKey || this.#idleCount >= maxIdle) {
      connection.socket.destroy();
      return;
    }
    this.#idle.set(connection.key, connections);
    connections.push(connection);
    this.#idleCount += 1;
    this.#timer ??= setTimeout(() => this.#closeExpired(), sweepMs).unref();
  }

  // One timer for all of them: one for each would have to be set and cleared with each request.
  #closeExpired(): void {
    const nowMs = performance.now();
    for (const connections of this.#idle.values()) {
      for (const connection of connections) if (connection.isExpired(nowMs)) connection.socket.destroy();
    }
    this.#timer = this.#idleCount === 0 ? null : setTimeout(() => this.#closeExpired(), sweepMs).unref();
  }

  #drop(connection: Connection): void {
    const connections = this.#idle.get(connection.key);
    const index = connections?.indexOf(connection) ?? -1;
    if (!connections || index === -1) return;
    connections.splice(index, 1);
    this.#idleCount -= 1;
    if (connections.length === 0) this.#idle.delete(connection.key);
  }
}

/** One connection, and Node's agent for it. */
class Connection extends Agent implements KeptConnection {
  readonly agent = this;
  isReused = false;
  #idleUntilMs = 0;
  #answer: IncomingMessage | null = null;
  readonly #refuseBytes = (): void => void this.socket.destroy();

  constructor(
    readonly key: string,
    readonly socket: Socket,
    onIdle: () => void,
  ) {
    super({ keepAlive: true });
    // While it is idle there is no other one; a failed socket is dropped at its `close`.
    socket.on('error', () => undefined);
    // Emitted when request and answer are complete, and the answer lets the connection stay open.
    socket.on('free', () => {
      const idleMs = idleMsAfter(this.#answer);
      this.#answer = null;
      if (!this.isUsable || idleMs <= 0) {
        socket.destroy();
        return;
      }
      this.isReused = true;
      this.#idleUntilMs = performance.now() + idleMs;
      socket.on('data', this.#refuseBytes);
      onIdle();
    });
  }

  /**
   * Called by Node for each request. Its own method queues, and sets timers and options of the socket: a
   * tenth of the processor time of a request.
   */
  addRequest(request: ClientRequest): void {
    request.once('response', (answer) => (this.#answer = answer));
    request.onSocket(this.socket);
  }

  get isUsable(): boolean {
    const { destroyed, writable, readableEnded } = this.socket;
    return !destroyed && writable && !readableEnded;
  }

  isExpired(nowMs: number): boolean {
    return nowMs >= this.#idleUntilMs;
  }

  take(): Socket {
    return this.socket.off('data', this.#refuseBytes);
  }
}

/** How long a connection may be idle after its answer, which may have announced a time in seconds. */
function idleMsAfter(answer: IncomingMessage | null): number {
  const [, seconds] =
    /(?:^|[\s,;])timeout=(\d+)/i.exec(answer?.headers['keep-alive']?.toString() ?? '') ?? [];
  return seconds === undefined ? maxIdleMs : Math.min(maxIdleMs, Number(seconds) * 1000 - marginMs);
}
