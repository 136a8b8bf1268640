import type { LiveConnection } from './live-connection.js';

/** What a spread close says to each connection. */
export interface SpreadClose {
  code: number;
  reason: string;
  /** Milliseconds over which the closes are spread. */
  periodMs: number;
}

/** A spread close that is under way. */
export interface Spread {
  /** Resolves when every connection was told, or the spread was stopped. */
  done: Promise<void>;
  /** Leaves the rest open; safe to call twice. */
  stop(): void;
}

const tickMs = 50;

/**
 * Closes connections spread evenly over a period in random order, so that their clients do not all come back at the
 * same moment. Connections that end by themselves meanwhile are passed over.
 */
export function spreadClose(connections: Iterable<LiveConnection>, close: SpreadClose): Spread {
  const waiting = shuffled([...connections]);
  const total = waiting.length;
  const startedAt = performance.now();
  const { promise: done, resolve } = withResolver();
  const stop = (): void => {
    clearInterval(timer);
    resolve();
  };
  const closeDue = (): void => {
    const share = close.periodMs > 0 ? (performance.now() - startedAt) / close.periodMs : 1;
    const due = Math.min(total, Math.ceil(share * total));
    while (waiting.length > total - due) waiting.pop()?.tunnel.close(close.code, close.reason);
    if (waiting.length === 0) stop();
  };
  const timer = setInterval(closeDue, tickMs);
  closeDue();
  return { done, stop };
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function shuffled<Item>(items: Item[]): Item[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((left, right) => left.order - right.order)
    .map(({ item }) => item);
}
