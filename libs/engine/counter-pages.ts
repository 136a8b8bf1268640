import type { TunnelCounters } from '#libs/tunnel';

const slotsPerPage = 1024;
// The layout of `Counters` in libs/engine/native/src/counters.h.
const countersPerSide = 8;
const countersPerSlot = 2 * countersPerSide;
const isClosingAt = 7;

/** A copy of the counters of one connection, the client's first. */
export type SlotCounters = readonly number[];

/** The counters of all connections, in memory that the engine shares. */
export class CounterPages {
  readonly #pages: Float64Array[] = [];

  /** `pageAt` returns the counters of 1,024 slots. */
  constructor(private readonly pageAt: (index: number) => Float64Array | undefined) {}

  read(slot: number): SlotCounters {
    const page = this.#pageOf(slot);
    const start = (slot % slotsPerPage) * countersPerSlot;
    const counters: number[] = [];
    for (let at = start; at < start + countersPerSlot; at += 1) counters.push(page[at] ?? 0);
    return counters;
  }

  #pageOf(slot: number): Float64Array {
    const index = Math.floor(slot / slotsPerPage);
    const page = this.#pages[index] ?? this.pageAt(index);
    if (!page) throw new Error('the engine has no memory for the counters of a connection');
    this.#pages[index] = page;
    return page;
  }
}

export function countersOfClient(counters: SlotCounters): TunnelCounters {
  return countersFrom(counters, 0);
}

export function countersOfUpstream(counters: SlotCounters): TunnelCounters {
  return countersFrom(counters, countersPerSide);
}

/** Whether the gateway has begun to close the connection. */
export function isClosing(counters: SlotCounters): boolean {
  return counters[isClosingAt] === 1;
}

function countersFrom(counters: SlotCounters, at: number): TunnelCounters {
  const field = (index: number): number => counters[at + index] ?? 0;
  const [lastActivityAtMs, roundTripMs] = [field(4), field(5)];
  return {
    messages: field(0),
    frames: field(1),
    controlFrames: field(2),
    bytes: field(3),
    lastActivityAtMs: Number.isNaN(lastActivityAtMs) ? null : performance.timeOrigin + lastActivityAtMs,
    roundTripMs: Number.isNaN(roundTripMs) ? null : roundTripMs,
    bytesReceived: field(6),
  };
}
