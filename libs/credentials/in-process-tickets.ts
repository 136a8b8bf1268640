import type { RedeemResult, TicketGrant, Tickets } from './ticket-store.js';

interface KeptTicket {
  grant: TicketGrant;
  expiresAtMs: number;
}

/** Keeps tickets in the memory of this process; `nowMs` is a monotonic clock. */
export function createInProcessTickets(nowMs: () => number = () => performance.now()): Tickets {
  return new InProcessTickets(nowMs);
}

class InProcessTickets implements Tickets {
  readonly #kept = new Map<string, KeptTicket>();

  constructor(private readonly nowMs: () => number) {}

  issue(ticketHash: string, grant: TicketGrant, ttlSeconds: number): Promise<void> {
    // Expired tickets are dropped here and not by a timer, so that there is nothing to stop.
    for (const [hash, { expiresAtMs }] of this.#kept)
      if (expiresAtMs <= this.nowMs()) this.#kept.delete(hash);
    this.#kept.set(ticketHash, { grant, expiresAtMs: this.nowMs() + ttlSeconds * 1000 });
    return Promise.resolve();
  }

  redeem(ticketHash: string): Promise<RedeemResult> {
    const found = this.find(ticketHash);
    this.#kept.delete(ticketHash);
    return found;
  }

  find(ticketHash: string): Promise<RedeemResult> {
    const kept = this.#kept.get(ticketHash);
    const isGood = kept !== undefined && kept.expiresAtMs > this.nowMs();
    return Promise.resolve({ ok: true, grant: isGood ? kept.grant : null });
  }

  close(): Promise<void> {
    this.#kept.clear();
    return Promise.resolve();
  }
}
