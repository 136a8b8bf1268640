import { LightAbort } from '#libs/async';
import type { ConnectionLimiter, Slot } from '../connection-limits.js';
import type { LimiterAnswer, LimiterRequest } from './limiter-messages.js';

export interface SlotServerInput {
  /** The limiter that counts for all processes. */
  limiter: Pick<ConnectionLimiter, 'acquire' | 'read' | 'status'>;
  send: (answer: LimiterAnswer) => void;
}

/** Serves the requests of another process, and tracks the slots that it holds. */
export class SlotServer {
  readonly #slots = new Map<number, Slot>();
  /** Requests without an answer yet. */
  readonly #pending = new Map<number, LightAbort>();
  #isClosed = false;

  constructor(private readonly input: SlotServerInput) {}

  /** The number of slots that the other process holds. */
  get held(): number {
    return this.#slots.size;
  }

  /** Call it with each request of the other process. */
  take(message: LimiterRequest): void {
    switch (message.kind) {
      case 'acquire':
        void this.#acquire(message);
        return;
      case 'release':
        for (const slot of message.slots) this.#release(slot);
        return;
      case 'read':
        void this.#read(message);
        return;
    }
  }

  /**
   * Releases all slots that the other process holds or has requested. Call it when that process is gone. Safe
   * to call twice.
   */
  close(): void {
    this.#isClosed = true;
    for (const slot of [...this.#slots.keys(), ...this.#pending.keys()]) this.#release(slot);
  }

  async #acquire({ slot, request }: Extract<LimiterRequest, { kind: 'acquire' }>): Promise<void> {
    const { limiter, send } = this.input;
    const abort = new LightAbort();
    this.#pending.set(slot, abort);
    const result = await limiter.acquire(request, abort);
    this.#pending.delete(slot);
    if (abort.aborted || this.#isClosed) {
      if (result.ok) result.slot.release();
      return;
    }
    if (!result.ok && result.code === 'aborted') return;
    if (result.ok) this.#slots.set(slot, result.slot);
    send({ slot, refusal: result.ok ? null : result, status: limiter.status() });
  }

  async #read({ slot, request }: Extract<LimiterRequest, { kind: 'read' }>): Promise<void> {
    const { limiter, send } = this.input;
    const readings = await limiter.read(request);
    if (!this.#isClosed) send({ slot, readings, status: limiter.status() });
  }

  // A slot may be released before it is granted, if the client has disconnected.
  #release(slot: number): void {
    this.#pending.get(slot)?.abort();
    this.#slots.get(slot)?.release();
    this.#slots.delete(slot);
  }
}
