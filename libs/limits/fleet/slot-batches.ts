import { abortedRequest, limitRefusal, rateRefusal } from '../limit-refusals.js';
import type { AcquireResult } from '../connection-limits.js';
import type { BatchField, ComposedBatch } from './compose-batch.js';
import type { BatchAnswer, GroupAnswer } from './redis-slots.js';
import type { TenantSlots } from './tenant-slots.js';
import type { WaitingRequest } from './waiting-request.js';

export interface SlotBatchesInput {
  /** Answers all requests; null if Redis cannot answer. Never rejects. */
  ask(tenant: TenantSlots, requests: readonly WaitingRequest[]): Promise<AcquireResult[] | null>;
  /** The answer for a request without Redis. */
  answerAlone(request: WaitingRequest): AcquireResult;
  /** The maximum number of requests that are sent and not answered. */
  maxRequests: number;
}

/**
 * Sends the requests of one turn of the event loop that are of one tenant in one command, since a command
 * costs this process more than the slots in it do. Further requests wait here, and are sent in larger
 * batches.
 */
export class SlotBatches {
  readonly #waiting: WaitingRequest[] = [];
  #sent = 0;
  #isSendPlanned = false;

  constructor(private readonly input: SlotBatchesInput) {}

  add(request: WaitingRequest): void {
    this.#waiting.push(request);
    this.#planSend();
  }

  // After all requests of this turn have been read.
  #planSend(): void {
    if (this.#isSendPlanned || this.#sent >= this.input.maxRequests) return;
    this.#isSendPlanned = true;
    process.nextTick(() => {
      this.#isSendPlanned = false;
      this.#sendWaiting();
    });
  }

  #sendWaiting(): void {
    const requests = this.#waiting.splice(0, this.input.maxRequests - this.#sent);
    const byTenant = new Map<TenantSlots, WaitingRequest[]>();
    for (const request of requests) {
      if (isAborted(request)) {
        request.settle(abortedRequest());
        continue;
      }
      const same = byTenant.get(request.tenant);
      if (same) same.push(request);
      else byTenant.set(request.tenant, [request]);
    }
    for (const [tenant, same] of byTenant) void this.#send(tenant, same);
    if (this.#waiting.length > 0) this.#planSend();
  }

  async #send(tenant: TenantSlots, requests: readonly WaitingRequest[]): Promise<void> {
    this.#sent += requests.length;
    const results = await this.input.ask(tenant, requests);
    this.#sent -= requests.length;
    requests.forEach((request, index) => {
      const result = results?.[index];
      if (!isAborted(request)) request.settle(result ?? this.input.answerAlone(request));
      else {
        if (result?.ok === true) result.slot.release();
        request.settle(abortedRequest());
      }
    });
    if (this.#waiting.length > 0) this.#planSend();
  }
}

/** The results of the requests of a batch, in order. The slots are held from now on. */
export function resultsOf(
  { fields, groups }: ComposedBatch,
  answer: Extract<BatchAnswer, { kind: 'answered' }>,
  tenant: TenantSlots,
): AcquireResult[] {
  fields.forEach(({ field }, index) => {
    const count = answer.counts[index];
    if (count) tenant.noteOthers(field, count.total - count.own);
  });
  return groups.flatMap((group, index) => {
    const { taken, refusedBy } = answer.groups[index] ?? { taken: 0, refusedBy: 'rate' };
    const names = group.fields.map((at) => fields[at]?.field ?? '');
    return group.of.map((_, position) =>
      position < taken ? { ok: true, slot: tenant.hold(names) } : refusalOf(refusedBy, fields, answer.waitMs),
    );
  });
}

function refusalOf(
  refusedBy: GroupAnswer['refusedBy'],
  fields: readonly BatchField[],
  waitMs: number,
): AcquireResult {
  if (typeof refusedBy !== 'number') return rateRefusal(waitMs);
  return limitRefusal(fields[refusedBy]?.kind ?? 'tenant');
}

function isAborted({ signal }: WaitingRequest): boolean {
  return signal?.aborted === true;
}
