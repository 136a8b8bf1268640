import { LightAbort } from '#libs/async';
import type { ConnectionLimiter, Slot } from '../connection-limits.js';
import type { LimiterAnswer, LimiterRequest } from './limiter-messages.js';

export interface SlotServerInput {
  /** The one that counts for all. */
  limiter: Pick<ConnectionLimiter, 'acquire' | 'status'>;
  send: (answer: LimiterAnswer) => void;
}

/** Where one other process asks for slots; it knows which ones that process holds. */
export class SlotServer {
  readonly #slots = new Map<number, Slot>();
  /** Those that are asked for, and not answered yet. */
  readonly #asked = new Map<number, LightAbort>();
  #isClosed = false;

  constructor(private readonly input: SlotServerInput) {}

  /** Slots that the other process holds. */
  get held(): number {
    return this.#slots.size;
  }

  /** To be called with what the other process asks. */
  take(question: LimiterRequest): void {
    switch (question.kind) {
      case 'acquire':
        void this.#acquire(question);
        return;
      case 'release':
        for (const slot of question.slots) this.#release(slot);
        return;
    }
  }

  /** The other process is gone: all that it holds, or is about to get, is given back. Safe to call twice. */
  close(): void {
    this.#isClosed = true;
    for (const slot of [...this.#slots.keys(), ...this.#asked.keys()]) this.#release(slot);
  }

  async #acquire({ slot, request }: Extract<LimiterRequest, { kind: 'acquire' }>): Promise<void> {
    const { limiter, send } = this.input;
    const abort = new LightAbort();
    this.#asked.set(slot, abort);
    const result = await limiter.acquire(request, abort);
    this.#asked.delete(slot);
    if (abort.aborted || this.#isClosed) {
      if (result.ok) result.slot.release();
      return;
    }
    if (!result.ok && result.code === 'aborted') return;
    if (result.ok) this.#slots.set(slot, result.slot);
    send({ slot, refusal: result.ok ? null : result, status: limiter.status() });
  }

  // It may be given back before it was granted: the client was gone.
  #release(slot: number): void {
    this.#asked.get(slot)?.abort();
    this.#slots.get(slot)?.release();
    this.#slots.delete(slot);
  }
}
