import type { LiveConnection } from './live-connection.js';

/** The close frame for each connection, and its period. */
export interface SpreadClose {
  code: number;
  reason: string;
  /** Milliseconds over which the closes are spread. */
  periodMs: number;
}

/** A running spread close. */
export interface Spread {
  /** Resolves when every connection has been closed or kept, or the spread was stopped. */
  done: Promise<void>;
  /**
   * Keeps this connection open; false if it has been closed already. The times of the others do not change.
   */
  keep(connection: LiveConnection): boolean;
  /** Keeps the remaining connections open and returns them; safe to call twice. */
  stop(): LiveConnection[];
}

const minWaitMs = 20;
const sliceMs = 1;

/**
 * Closes connections spread over a period, so that their clients do not all reconnect at the same moment: in
 * random order, the first at once, and each other one at a random moment within an equal share of the period.
 * Connections that end meanwhile are skipped.
 */
export function spreadClose(connections: Iterable<LiveConnection>, close: SpreadClose): Spread {
  return new RunningSpread([...connections], close);
}

class RunningSpread implements Spread {
  readonly done: Promise<void>;
  /** The last connection in the list is closed next. */
  readonly #order: LiveConnection[];
  readonly #waiting: Set<LiveConnection>;
  readonly #total: number;
  readonly #startedAtMs = performance.now();
  #dueAtMs = this.#startedAtMs;
  #timer: NodeJS.Timeout | null = null;
  #turn: NodeJS.Immediate | null = null;
  #resolve = (): void => undefined;

  constructor(
    connections: LiveConnection[],
    private readonly close: SpreadClose,
  ) {
    this.#order = shuffled(connections);
    this.#waiting = new Set(this.#order);
    this.#total = connections.length;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#closeDue();
  }

  keep(connection: LiveConnection): boolean {
    const wasWaiting = this.#waiting.delete(connection);
    if (this.#waiting.size === 0) this.stop();
    return wasWaiting;
  }

  stop(): LiveConnection[] {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#turn) clearImmediate(this.#turn);
    this.#resolve();
    const rest = this.#order.filter((connection) => this.#waiting.has(connection));
    this.#order.length = 0;
    this.#waiting.clear();
    return rest;
  }

  // In slices, since thousands may be due at once in a short period.
  #closeDue(): void {
    const nowMs = performance.now();
    const sliceEndsAtMs = nowMs + sliceMs;
    const { code, reason } = this.close;
    while (this.#dueAtMs <= nowMs && performance.now() < sliceEndsAtMs) {
      const connection = this.#order.pop();
      if (connection && this.#waiting.delete(connection)) connection.tunnel.close(code, reason);
      this.#dueAtMs = this.#nextDueAtMs();
    }
    if (this.#waiting.size === 0) this.stop();
    else if (this.#dueAtMs <= nowMs) this.#turn = setImmediate(() => this.#closeDue());
    else this.#timer = setTimeout(() => this.#closeDue(), this.#waitMs(nowMs));
  }

  // Rounded up, since a timer takes whole milliseconds, and an early timer would have to wait again.
  #waitMs(nowMs: number): number {
    return Math.max(Math.ceil(this.#dueAtMs - nowMs), minWaitMs);
  }

  #nextDueAtMs(): number {
    if (this.#order.length === 0) return Infinity;
    const index = this.#total - this.#order.length;
    return this.#startedAtMs + ((index + Math.random()) / this.#total) * this.close.periodMs;
  }
}

function shuffled<Item>(items: Item[]): Item[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((left, right) => left.order - right.order)
    .map(({ item }) => item);
}
