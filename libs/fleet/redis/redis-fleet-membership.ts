import { errorMessage } from '#libs/async';
import { RedisConnection } from '#libs/redis';
import type { FleetEvent } from '../events.js';
import type { FleetMember, FleetMembership } from '../ports.js';
import { Respondent } from '../respondent.js';
import { EventOutbox } from './event-outbox.js';
import { fleetBus, usualForgetMs, type RedisFleetBusOptions } from './fleet-bus-options.js';
import { fleetKeys, type FleetKeys } from './fleet-keys.js';
import {
  questionMessageSchema,
  readMessage,
  type AnswerMessage,
  type QuestionMessage,
} from './fleet-messages.js';
import { PresenceStore } from './presence-store.js';
import { RecurringTask } from './recurring-task.js';
import { RedisChannels } from './redis-channels.js';

export interface RedisFleetMembershipOptions extends RedisFleetBusOptions {
  /** How long one exchange with Redis may take, one of megabytes six times as long; 5,000 unless told. */
  timeoutMs?: number;
  /** How often a gateway says that it is there; 5,000 unless told. */
  heartbeatMs?: number;
}

const usualTimeoutMs = 5000;

/** A gateway's place in the fleet over Redis; connects when it joins. */
export function createRedisFleetMembership(options: RedisFleetMembershipOptions): FleetMembership {
  return new RedisFleetMembership(options);
}

class RedisFleetMembership implements FleetMembership {
  private readonly keys: FleetKeys;
  // Of its own, since a heartbeat must not wait behind megabytes of answers.
  private readonly heart: RedisConnection;
  private readonly publisher: RedisConnection;
  private readonly channels: RedisChannels;
  private readonly presence: PresenceStore;
  private readonly outbox: EventOutbox;
  private readonly heartbeat: RecurringTask;
  private readonly timeoutMs: number;
  private joined: { member: FleetMember; respondent: Respondent } | null = null;
  private hasMissedBeat = false;
  private left: Promise<void> | null = null;

  constructor(private readonly options: RedisFleetMembershipOptions) {
    const { url, prefix, logger, forgetMs = usualForgetMs } = options;
    this.keys = fleetKeys(prefix);
    this.timeoutMs = options.timeoutMs ?? usualTimeoutMs;
    const connection = { url, logger, timeoutMs: this.timeoutMs, bus: fleetBus, slotKey: this.keys.members };
    const onReconnect = (): void => this.announce();
    this.heart = new RedisConnection({ ...connection, name: 'fleet-heartbeat', onReconnect });
    this.publisher = new RedisConnection({ ...connection, name: 'fleet-publisher' });
    this.channels = new RedisChannels({ ...connection, name: 'fleet-questions' });
    this.presence = new PresenceStore({
      connection: this.heart,
      key: this.keys.members,
      forgetMs,
      logger,
    });
    this.outbox = new EventOutbox((message) => this.publish(this.keys.events, message), logger);
    this.heartbeat = new RecurringTask(() => this.beat(), options.heartbeatMs ?? 5000);
  }

  join(member: FleetMember): void {
    if (this.left !== null || this.joined !== null) return;
    const respondent = new Respondent(member, this.options.logger);
    this.joined = { member, respondent };
    this.channels.add(this.keys.questions(member.id), (message) => this.hear(message, member.id, respondent));
    this.heartbeat.now();
  }

  announce(): void {
    if (this.joined !== null) this.heartbeat.now();
  }

  tell(event: FleetEvent): void {
    if (this.joined !== null && this.left === null) this.outbox.add(event);
  }

  leave(): Promise<void> {
    this.left ??= this.leaveOnce();
    return this.left;
  }

  // To be known before questions are heard would make the gateway look silent.
  private async beat(): Promise<void> {
    if (this.joined === null) return;
    const { member } = this.joined;
    // Where this fails, the gateway is known and named as silent; the connection comes back by itself.
    await this.channels.confirm().catch(() => undefined);
    try {
      await this.presence.keep(member.id, member.status());
      this.noticeBeat();
    } catch (error) {
      this.noticeMissedBeat(error);
    }
  }

  private hear(text: string, gatewayId: string, respondent: Respondent): void {
    const read = readMessage(questionMessageSchema, text);
    if (!read.ok) {
      this.options.logger.warn({ problem: read.problem }, 'a question that is not valid was dropped');
      return;
    }
    const { inquiryId, askerId, kind, question } = read.value;
    void respondent.respond({
      kind,
      question,
      isExpired: () => this.isExpired(read.value),
      deliver: async (answer) => {
        const message: AnswerMessage = { inquiryId, gatewayId, answer };
        await this.publish(this.keys.answers(askerId), JSON.stringify(message));
      },
    });
  }

  // A gateway that was frozen must not do later what its asker was told it had not done.
  private async isExpired({ expiresAtMs }: QuestionMessage): Promise<boolean> {
    return (await this.presence.now()) > expiresAtMs;
  }

  private async publish(channel: string, message: string): Promise<void> {
    await this.publisher.runBulk((redis) => redis.publish(channel, message));
  }

  private async leaveOnce(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const inTime = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.timeoutMs)));
    // Gateways stop also while Redis is frozen.
    await Promise.race([Promise.allSettled([this.outbox.drained(), this.removePresence()]), inTime]);
    clearTimeout(timer);
    await Promise.all([this.heart.close(), this.publisher.close(), this.channels.close()]);
  }

  private noticeBeat(): void {
    if (this.hasMissedBeat) this.options.logger.info({}, 'the fleet knows of this gateway again');
    this.hasMissedBeat = false;
  }

  private noticeMissedBeat(error: unknown): void {
    const reason = errorMessage(error);
    if (!this.hasMissedBeat) this.options.logger.warn({ reason }, 'the heartbeat of this gateway failed');
    this.hasMissedBeat = true;
  }

  // Only after the heartbeat that may be under way, which would make the gateway known again.
  private async removePresence(): Promise<void> {
    await this.heartbeat.stop();
    if (this.joined !== null) await this.presence.remove(this.joined.member.id);
  }
}
