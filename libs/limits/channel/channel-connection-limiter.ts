import type { AbortNotice } from '#libs/async';
import type {
  AcquireResult,
  ConnectionLimiter,
  LimiterCounts,
  LimiterStatus,
  LimitReadings,
  Slot,
  SlotRequest,
} from '../connection-limits.js';
import { countedLimits, type CountedLimit } from '../counted-limits.js';
import { HeldSlots } from '../held-slots.js';
import { unknownReadings } from '../limit-readings.js';
import { abortedRequest, unavailableRefusal } from '../limit-refusals.js';
import type { LimiterAnswer, LimiterRequest } from './limiter-messages.js';

export interface ChannelConnectionLimiterOptions {
  /** Sends a request to the process that counts; false when that is no longer possible. */
  send: (request: LimiterRequest) => boolean;
  /** The timeout of an answer; 10,000 by default, twice the timeout for Redis. */
  timeoutMs?: number;
}

interface PendingAcquire {
  request: SlotRequest;
  settle: (result: AcquireResult) => void;
}

const defaultTimeoutMs = 10_000;
// Only explanations read limits, and their caller is waiting for the API.
const readTimeoutMs = 2000;

/**
 * Requests slots from another process, which counts for several processes, so limits are as exact as in that
 * process. Without an answer in time, a request is refused (`limits_unavailable`), so that no limit is
 * exceeded. A slot granted too late is released.
 */
export class ChannelConnectionLimiter implements ConnectionLimiter {
  readonly #slots = new HeldSlots();
  readonly #pending = new Map<number, PendingAcquire>();
  readonly #reads = new Map<number, (readings: LimitReadings | null) => void>();
  readonly #timeoutMs: number;
  #released: number[] = [];
  #lastSlot = 0;
  #status: LimiterStatus = { scope: 'gateway', gateways: 1 };

  constructor(private readonly options: ChannelConnectionLimiterOptions) {
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  }

  /** The last reported status of the counting process. */
  status(): LimiterStatus {
    return this.#status;
  }

  acquire(request: SlotRequest, signal?: AbortNotice): Promise<AcquireResult> {
    if (signal?.aborted === true) return Promise.resolve(abortedRequest());
    this.#lastSlot += 1;
    const slot = this.#lastSlot;
    if (!this.options.send({ kind: 'acquire', slot, request: countedFields(request) })) {
      return Promise.resolve(unavailableRefusal());
    }
    return new Promise((resolve) => {
      const settle = (result: AcquireResult): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#pending.delete(slot);
        resolve(result);
      };
      const onAbort = (): void => {
        settle(abortedRequest());
        // The other process cancels the request, or releases the slot.
        this.#giveBack(slot);
      };
      const timer = setTimeout(() => settle(unavailableRefusal()), this.#timeoutMs);
      signal?.addEventListener('abort', onAbort);
      this.#pending.set(slot, { request, settle });
    });
  }

  async read(request: SlotRequest): Promise<LimitReadings> {
    this.#lastSlot += 1;
    const slot = this.#lastSlot;
    const { connectionsPerSecond } = request.tenant.limits;
    const unknown = unknownReadings(countedLimits(request), connectionsPerSecond);
    if (!this.options.send({ kind: 'read', slot, request: countedFields(request) })) return unknown;
    return new Promise((resolve) => {
      const settle = (readings: LimitReadings | null): void => {
        clearTimeout(timer);
        this.#reads.delete(slot);
        resolve(readings ?? unknown);
      };
      const timer = setTimeout(() => settle(null), Math.min(readTimeoutMs, this.#timeoutMs));
      this.#reads.set(slot, settle);
    });
  }

  /** Call it with each answer of the other process. */
  take(answer: LimiterAnswer): void {
    const { slot, status } = answer;
    this.#status = status;
    if ('readings' in answer) {
      this.#reads.get(slot)?.(answer.readings);
      return;
    }
    const { refusal } = answer;
    const pending = this.#pending.get(slot);
    if (!pending) {
      if (refusal === null) this.#giveBack(slot);
      return;
    }
    const counted = countedLimits(pending.request);
    pending.settle(
      refusal === null ? { ok: true, slot: this.#hold(counted, slot) } : { ok: false, ...refusal },
    );
  }

  /** The tokens of connect rates are counted by the other process. */
  counts(): LimiterCounts {
    return { rates: 0, ...this.#slots.counts() };
  }

  /** Refuses all waiting requests. Call it also when the other process is gone. */
  close(): Promise<void> {
    for (const { settle } of [...this.#pending.values()]) settle(unavailableRefusal());
    for (const settle of [...this.#reads.values()]) settle(null);
    return Promise.resolve();
  }

  #hold(counted: readonly CountedLimit[], slot: number): Slot {
    const held = this.#slots.hold(counted);
    let isHeld = true;
    return {
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        held.release();
        this.#giveBack(slot);
      },
    };
  }

  // Sent with the next turn of the event loop, in one batch with the other releases until then.
  #giveBack(slot: number): void {
    this.#released.push(slot);
    if (this.#released.length > 1) return;
    setImmediate(() => {
      const slots = this.#released;
      this.#released = [];
      this.options.send({ kind: 'release', slots });
    });
  }
}

// Only the fields for counting, since each message is serialized.
function countedFields({ tenant, route, apiKey, clientAddress }: SlotRequest): SlotRequest {
  const { maxConnections, maxConnectionsPerKey, maxConnectionsPerIp, connectionsPerSecond } = tenant.limits;
  return {
    tenant: {
      id: tenant.id,
      limits: { maxConnections, maxConnectionsPerKey, maxConnectionsPerIp, connectionsPerSecond },
    },
    route: { id: route.id, maxConnections: route.maxConnections },
    apiKey: apiKey && { id: apiKey.id, maxConnections: apiKey.maxConnections },
    clientAddress,
  };
}
