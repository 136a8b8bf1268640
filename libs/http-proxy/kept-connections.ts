import { Agent } from 'node:http';
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
const maxIdlePerKey = 32;
const maxIdle = 256;

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

/** One connection, with an agent that has no other. */
class Connection implements KeptConnection {
  readonly agent: Agent;
  isReused = false;
  readonly #refuseBytes = (): void => void this.socket.destroy();

  constructor(
    readonly key: string,
    readonly socket: Socket,
    onIdle: () => void,
  ) {
    this.agent = new SingleSocketAgent(socket);
    // Behind the listener of the agent itself, which keeps the socket if the answer allows it.
    this.agent.on('free', () => {
      if (!this.isUsable || Object.keys(this.agent.freeSockets).length === 0) return;
      this.isReused = true;
      socket.on('data', this.#refuseBytes);
      onIdle();
    });
  }

  get isUsable(): boolean {
    const { destroyed, writable, readableEnded } = this.socket;
    return !destroyed && writable && !readableEnded;
  }

  take(): Socket {
    return this.socket.off('data', this.#refuseBytes);
  }
}

class SingleSocketAgent extends Agent {
  constructor(private readonly socket: Socket) {
    super({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1, timeout: maxIdleMs });
  }

  override createConnection(): Socket {
    return this.socket;
  }
}
