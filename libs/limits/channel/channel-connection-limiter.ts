import type { AbortNotice } from '#libs/async';
import type {
  AcquireResult,
  ConnectionLimiter,
  LimiterCounts,
  LimiterStatus,
  SlotRequest,
} from '../connection-limits.js';
import { countedLimits } from '../counted-limits.js';
import { HeldSlots } from '../held-slots.js';
import { abortedRequest, unavailableRefusal } from '../limit-refusals.js';
import type { LimiterAnswer, LimiterRequest } from './limiter-messages.js';

export interface ChannelConnectionLimiterOptions {
  /** Asks the process that counts; false when it cannot be asked any more. */
  send: (question: LimiterRequest) => boolean;
  /** How long an answer may take; 10,000 by default, twice what Redis has. */
  timeoutMs?: number;
}

interface Asked {
  request: SlotRequest;
  settle: (result: AcquireResult) => void;
}

const defaultTimeoutMs = 10_000;

/**
 * Asks another process, which counts for several: limits are as exact as they are there. Where no answer comes, nobody is let
 * in (`limits_unavailable`), so that no limit is exceeded; a slot that is granted too late is given back.
 */
export class ChannelConnectionLimiter implements ConnectionLimiter {
  readonly #slots = new HeldSlots();
  readonly #asked = new Map<number, Asked>();
  readonly #timeoutMs: number;
  #released: number[] = [];
  #lastSlot = 0;
  #status: LimiterStatus = { scope: 'gateway', gateways: 1 };

  constructor(private readonly options: ChannelConnectionLimiterOptions) {
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  }

  /** As the process that counts last said. */
  status(): LimiterStatus {
    return this.#status;
  }

  acquire(request: SlotRequest, signal?: AbortNotice): Promise<AcquireResult> {
    if (signal?.aborted === true) return Promise.resolve(abortedRequest());
    this.#lastSlot += 1;
    const slot = this.#lastSlot;
    if (!this.options.send({ kind: 'acquire', slot, request: whatCounts(request) })) {
      return Promise.resolve(unavailableRefusal());
    }
    return new Promise((resolve) => {
      const settle = (result: AcquireResult): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#asked.delete(slot);
        resolve(result);
      };
      const onAbort = (): void => {
        settle(abortedRequest());
        // Whoever counts does not ask for it any more, or takes it back.
        this.#giveBack(slot);
      };
      const timer = setTimeout(() => settle(unavailableRefusal()), this.#timeoutMs);
      signal?.addEventListener('abort', onAbort);
      this.#asked.set(slot, { request, settle });
    });
  }

  /** To be called with what the other process answers. */
  take({ slot, refusal, status }: LimiterAnswer): void {
    this.#status = status;
    const asked = this.#asked.get(slot);
    if (!asked) {
      if (refusal === null) this.#giveBack(slot);
      return;
    }
    const counted = countedLimits(asked.request);
    asked.settle(
      refusal === null
        ? { ok: true, slot: this.#slots.hold(counted, () => this.#giveBack(slot)) }
        : { ok: false, ...refusal },
    );
  }

  /** The tokens of connect rates are counted where the slots are. */
  counts(): LimiterCounts {
    return { ...this.#slots.counts(), rates: 0 };
  }

  /** Who still waits for an answer gets none; to be called when the other process is gone, too. */
  close(): Promise<void> {
    for (const { settle } of [...this.#asked.values()]) settle(unavailableRefusal());
    return Promise.resolve();
  }

  // Told with the next turn of the event loop, together with what else is given back until then.
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

// A tenant and a route have far more to them, and each message is text.
function whatCounts({ tenant, route, apiKey, clientAddress }: SlotRequest): SlotRequest {
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
