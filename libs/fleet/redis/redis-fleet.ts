import { randomUUID } from 'node:crypto';
import type { Release } from '#libs/async';
import { gatewayStatusSchema, type Gateway } from '#libs/contract';
import { RedisError, RedisConnection } from '#libs/redis';
import { describeProblem } from '../describe-problem.js';
import { EventAudience } from '../event-audience.js';
import type { FleetEvent } from '../events.js';
import { defaultTimeoutMs, Inquiry } from '../inquiry.js';
import type { Answers, Fleet } from '../ports.js';
import type { Question, QuestionKind } from '../questions.js';
import { fleetBus, usualForgetMs, type RedisFleetBusOptions } from './fleet-bus-options.js';
import { fleetKeys, type FleetKeys } from './fleet-keys.js';
import {
  answerMessageSchema,
  eventsMessageSchema,
  readMessage,
  type QuestionMessage,
} from './fleet-messages.js';
import { PresenceStore, type KnownGateway } from './presence-store.js';
import { RecurringTask } from './recurring-task.js';
import { RedisChannels } from './redis-channels.js';

export interface RedisFleetOptions extends RedisFleetBusOptions {
  /** How long one exchange with Redis may take; 2,000 unless told. */
  timeoutMs?: number;
  /** How long after its last heartbeat a gateway is stale; 15,000 unless told. */
  leaseMs?: number;
  /** How often it is checked, while somebody subscribes, that events still arrive; 5,000 unless told. */
  checkIntervalMs?: number;
}

// Somebody waits for a REST answer; one exchange is a few kilobytes.
const usualTimeoutMs = 2000;

/** The fleet as the API reaches it over Redis; connects when it is first used. */
export function createRedisFleet(options: RedisFleetOptions): Fleet {
  return new RedisFleet(options);
}

class RedisFleet implements Fleet {
  private readonly askerId = randomUUID();
  private readonly keys: FleetKeys;
  private readonly commands: RedisConnection;
  private readonly channels: RedisChannels;
  private readonly presence: PresenceStore;
  private readonly audience: EventAudience;
  private readonly check: RecurringTask;
  private readonly leaseMs: number;
  private readonly inquiries = new Map<string, Inquiry<QuestionKind>>();

  constructor(private readonly options: RedisFleetOptions) {
    const { url, prefix, logger, timeoutMs = usualTimeoutMs, forgetMs = usualForgetMs } = options;
    this.keys = fleetKeys(prefix);
    this.leaseMs = options.leaseMs ?? 15_000;
    const connection = { url, logger, timeoutMs, bus: fleetBus, slotKey: this.keys.members };
    this.commands = new RedisConnection({ ...connection, name: 'fleet-asker' });
    this.channels = new RedisChannels({ ...connection, name: 'fleet-listener' });
    this.channels.add(this.keys.answers(this.askerId), (message) => this.takeAnswer(message));
    this.presence = new PresenceStore({
      connection: this.commands,
      key: this.keys.members,
      forgetMs,
      logger,
    });
    this.audience = new EventAudience(logger);
    this.check = new RecurringTask(() => this.checkChannels(), options.checkIntervalMs ?? 5000);
  }

  async gateways(): Promise<Gateway[]> {
    const { known } = await this.presence.read();
    return known.flatMap((gateway) => this.describe(gateway)).sort(byId);
  }

  async ask<Kind extends QuestionKind>(
    gatewayId: string | null,
    kind: Kind,
    question: Question<Kind>,
    timeoutMs = defaultTimeoutMs,
  ): Promise<Answers<Kind>> {
    const [{ nowMs, gatewayIds }] = await Promise.all([this.whomToAsk(gatewayId), this.channels.confirm()]);
    const inquiryId = randomUUID();
    const inquiry = new Inquiry(kind, gatewayIds, timeoutMs);
    this.inquiries.set(inquiryId, inquiry);
    try {
      const expiresAtMs = nowMs + timeoutMs;
      await this.send(inquiry, { inquiryId, askerId: this.askerId, expiresAtMs, kind, question });
      const answers = await inquiry.outcome;
      // Without this, a Redis that went away meanwhile would look like gateways that are silent.
      if (answers.silent.length > 0) await this.channels.confirm();
      return answers;
    } finally {
      inquiry.cancel();
      this.inquiries.delete(inquiryId);
    }
  }

  async subscribe(listener: (event: FleetEvent) => void): Promise<Release> {
    const release = this.audience.add(listener);
    this.channels.add(this.keys.events, (message) => this.takeEvents(message));
    const releaseChannel = (): void => {
      release();
      if (this.audience.isEmpty) this.channels.remove(this.keys.events);
    };
    try {
      await this.channels.confirm();
    } catch (error) {
      releaseChannel();
      throw error;
    }
    this.check.now();
    return releaseChannel;
  }

  async close(): Promise<void> {
    this.audience.clear();
    for (const inquiry of this.inquiries.values()) inquiry.fail(new RedisError(fleetBus, 'it was closed'));
    const ended = [this.check.stop(), this.commands.close(), this.channels.close()];
    await Promise.all(ended);
  }

  private async whomToAsk(gatewayId: string | null): Promise<{ nowMs: number; gatewayIds: string[] }> {
    if (gatewayId !== null) return { nowMs: await this.presence.now(), gatewayIds: [gatewayId] };
    const { nowMs, known } = await this.presence.read();
    return { nowMs, gatewayIds: known.map((gateway) => gateway.gatewayId) };
  }

  private async send(inquiry: Inquiry<QuestionKind>, message: QuestionMessage): Promise<void> {
    const text = JSON.stringify(message);
    await this.commands.run((redis) =>
      Promise.all(
        inquiry.gatewayIds.map(async (gatewayId) => {
          const receivers = await redis.publish(this.keys.questions(gatewayId), text);
          if (receivers === 0) inquiry.giveUpOn(gatewayId);
        }),
      ),
    );
  }

  private takeAnswer(text: string): void {
    const read = readMessage(answerMessageSchema, text);
    if (!read.ok) {
      this.options.logger.warn({ problem: read.problem }, 'an answer that is not valid was dropped');
      return;
    }
    const { inquiryId, gatewayId, answer } = read.value;
    const inquiry = this.inquiries.get(inquiryId);
    const taken = inquiry?.take(gatewayId, answer);
    if (taken?.kind !== 'invalid') return;
    const fields = { gatewayId, kind: inquiry?.kind, problem: taken.problem };
    this.options.logger.warn(fields, 'an answer that is not valid was dropped');
  }

  private takeEvents(text: string): void {
    const read = readMessage(eventsMessageSchema, text);
    if (read.ok) for (const event of read.value) this.audience.tell(event);
    else this.options.logger.warn({ problem: read.problem }, 'events that are not valid were dropped');
  }

  private describe({ gatewayId, status, seenAtMs, ageMs }: KnownGateway): Gateway[] {
    const lastSeenAt = new Date(seenAtMs).toISOString();
    const parsed = gatewayStatusSchema.safeParse(status);
    if (parsed.success) {
      const state = ageMs > this.leaseMs ? 'stale' : parsed.data.state;
      return [{ ...parsed.data, state, lastSeenAt }];
    }
    const problem = describeProblem(parsed.error);
    this.options.logger.warn({ gatewayId, problem }, 'the status of a gateway is not valid');
    return [];
  }

  // A connection on which nothing arrives any more is noticed by its timeout, and made anew.
  private async checkChannels(): Promise<void> {
    await this.channels.confirm().catch(() => undefined);
  }
}

function byId(one: { id: string }, other: { id: string }): number {
  return one.id < other.id ? -1 : 1;
}
