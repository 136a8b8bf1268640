import type { Release } from '#libs/async';
import { gatewaySchema, type Gateway } from '#libs/contract';
import { RedisError } from '#libs/redis';
import { describeProblem } from '../describe-problem.js';
import type { FleetEvent } from '../events.js';
import { defaultTimeoutMs, Inquiry } from '../inquiry.js';
import type { Answers, Fleet, FleetMember } from '../ports.js';
import type { Question, QuestionKind } from '../questions.js';
import type { InProcessHub } from './in-process-hub.js';

export class InProcessFleetEnd implements Fleet {
  private readonly inquiries = new Set<Inquiry<QuestionKind>>();
  private isClosed = false;

  constructor(private readonly hub: InProcessHub) {}

  async gateways(): Promise<Gateway[]> {
    await this.whileOpen();
    const gateways = this.hub.members.flatMap((member) => this.describe(member));
    return gateways.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  async ask<Kind extends QuestionKind>(
    gatewayId: string | null,
    kind: Kind,
    question: Question<Kind>,
    timeoutMs = defaultTimeoutMs,
  ): Promise<Answers<Kind>> {
    await this.whileOpen();
    const asked = gatewayId === null ? this.hub.members.map(({ id }) => id) : [gatewayId];
    const inquiry = new Inquiry(kind, asked, timeoutMs);
    this.inquiries.add(inquiry);
    for (const id of asked) this.askOne(id, inquiry, question);
    try {
      return await inquiry.outcome;
    } finally {
      this.inquiries.delete(inquiry);
    }
  }

  async subscribe(listener: (event: FleetEvent) => void): Promise<Release> {
    await this.whileOpen();
    return this.hub.audience.add(listener);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.hub.audience.clear();
    for (const inquiry of this.inquiries) inquiry.fail(closedError());
    await Promise.resolve();
  }

  private askOne(gatewayId: string, inquiry: Inquiry<QuestionKind>, question: unknown): void {
    const respondent = this.hub.respondentOf(gatewayId);
    if (respondent === null) {
      inquiry.giveUpOn(gatewayId);
      return;
    }
    void respondent.respond({
      kind: inquiry.kind,
      question,
      isExpired: () => Promise.resolve(false),
      deliver: (answer) => this.takeAnswer(gatewayId, inquiry, answer),
    });
  }

  private takeAnswer(gatewayId: string, inquiry: Inquiry<QuestionKind>, answer: unknown): void {
    const taken = inquiry.take(gatewayId, answer);
    if (taken.kind !== 'invalid') return;
    const fields = { gatewayId, kind: inquiry.kind, problem: taken.problem };
    this.hub.logger.warn(fields, 'an answer that is not valid was dropped');
  }

  private describe(member: FleetMember): Gateway[] {
    const lastSeenAt = new Date().toISOString();
    const parsed = gatewaySchema.safeParse({ ...member.status(), lastSeenAt });
    if (parsed.success) return [parsed.data];
    const problem = describeProblem(parsed.error);
    this.hub.logger.warn({ gatewayId: member.id, problem }, 'the status of a gateway is not valid');
    return [];
  }

  private async whileOpen(): Promise<void> {
    await Promise.resolve();
    if (this.isClosed) throw closedError();
  }
}

function closedError(): RedisError {
  return new RedisError('the fleet bus', 'it was closed');
}
