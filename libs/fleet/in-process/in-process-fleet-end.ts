import type { Release } from '#libs/async';
import { gatewaySchema, type Gateway } from '#libs/contract';
import { RedisError } from '#libs/redis';
import { describeProblem } from '../describe-problem.js';
import type { FleetEvent } from '../events.js';
import { agedBy, type LeftUsage } from '../left-usage.js';
import { defaultRequestTimeoutMs, PendingRequest } from '../pending-request.js';
import type { Answers, Fleet, FleetMember } from '../ports.js';
import type { FleetRequest, RequestKind } from '../requests.js';
import type { InProcessHub } from './in-process-hub.js';

export class InProcessFleetEnd implements Fleet {
  readonly #pending = new Set<PendingRequest<RequestKind>>();
  #isClosed = false;

  constructor(private readonly hub: InProcessHub) {}

  async gateways(): Promise<Gateway[]> {
    await this.#whileOpen();
    const gateways = this.hub.members.flatMap((member) => this.#describe(member));
    return gateways.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  async ask<Kind extends RequestKind>(
    gatewayId: string | null,
    kind: Kind,
    fields: FleetRequest<Kind>,
    timeoutMs = defaultRequestTimeoutMs,
  ): Promise<Answers<Kind>> {
    await this.#whileOpen();
    const asked = gatewayId === null ? this.hub.members.map(({ id }) => id) : [gatewayId];
    const request = new PendingRequest(kind, asked, timeoutMs);
    this.#pending.add(request);
    for (const id of asked) this.#askOne(id, request, fields);
    try {
      return await request.outcome;
    } finally {
      this.#pending.delete(request);
    }
  }

  async subscribe(listener: (event: FleetEvent) => void): Promise<Release> {
    await this.#whileOpen();
    return this.hub.listeners.add(listener);
  }

  async leftUsage(): Promise<LeftUsage[]> {
    await this.#whileOpen();
    const nowMs = performance.now();
    return [...this.hub.leftUsage].map(([gatewayId, { leftAtMs, reports }]) => ({
      gatewayId,
      reports: agedBy(reports, nowMs - leftAtMs),
    }));
  }

  async forgetUsage(gatewayId: string): Promise<void> {
    await this.#whileOpen();
    this.hub.leftUsage.delete(gatewayId);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.hub.listeners.clear();
    for (const request of this.#pending) request.fail(closedError());
    await Promise.resolve();
  }

  #askOne(gatewayId: string, request: PendingRequest<RequestKind>, fields: unknown): void {
    const responder = this.hub.responderOf(gatewayId);
    if (responder === null) {
      request.giveUpOn(gatewayId);
      return;
    }
    void responder.respond({
      kind: request.kind,
      fields,
      isExpired: () => Promise.resolve(false),
      deliver: (answer) => this.#takeAnswer(gatewayId, request, answer),
    });
  }

  #takeAnswer(gatewayId: string, request: PendingRequest<RequestKind>, answer: unknown): void {
    const taken = request.take(gatewayId, answer);
    if (taken.kind !== 'invalid') return;
    const fields = { gatewayId, kind: request.kind, problem: taken.problem };
    this.hub.logger.warn(fields, 'an answer that is not valid was dropped');
  }

  #describe(member: FleetMember): Gateway[] {
    const lastSeenAt = new Date().toISOString();
    const parsed = gatewaySchema.safeParse({ ...member.status(), lastSeenAt });
    if (parsed.success) return [parsed.data];
    const problem = describeProblem(parsed.error);
    this.hub.logger.warn({ gatewayId: member.id, problem }, 'the status of a gateway is not valid');
    return [];
  }

  async #whileOpen(): Promise<void> {
    await Promise.resolve();
    if (this.#isClosed) throw closedError();
  }
}

function closedError(): RedisError {
  return new RedisError('the fleet bus', 'it was closed');
}
