import { errorMessage } from '#libs/async';
import { RedisConnection } from '#libs/redis';
import type { FleetEvent } from '../events.js';
import type { AgedReports } from '../left-usage.js';
import type { FleetMember, FleetMembership } from '../ports.js';
import { Responder } from '../responder.js';
import { EventOutbox } from './event-outbox.js';
import { fleetBus, defaultForgetMs, type RedisFleetBusOptions } from './fleet-bus-options.js';
import { fleetKeys, type FleetKeys } from './fleet-keys.js';
import {
  requestMessageSchema,
  readMessage,
  type AnswerMessage,
  type RequestMessage,
} from './fleet-messages.js';
import { LeftUsageStore } from './left-usage-store.js';
import { LoadExchange } from './load-exchange.js';
import { PresenceStore } from './presence-store.js';
import { RecurringTask } from './recurring-task.js';
import { RedisChannels } from './redis-channels.js';

export interface RedisFleetMembershipOptions extends RedisFleetBusOptions {
  /** The timeout of one exchange with Redis; six times as long for megabytes; 5,000 by default. */
  timeoutMs?: number;
  /** The interval of the heartbeat; 5,000 by default. */
  heartbeatMs?: number;
}

const defaultTimeoutMs = 5000;
const defaultHeartbeatMs = 5000;

/** A gateway's membership in the fleet over Redis; connects when it joins. */
export function createRedisFleetMembership(options: RedisFleetMembershipOptions): FleetMembership {
  return new RedisFleetMembership(options);
}

class RedisFleetMembership implements FleetMembership {
  readonly #keys: FleetKeys;
  // A separate connection, since a heartbeat must not wait behind megabytes of answers.
  readonly #heartbeatConnection: RedisConnection;
  readonly #publisher: RedisConnection;
  readonly #channels: RedisChannels;
  readonly #presence: PresenceStore;
  readonly #leftUsage: LeftUsageStore;
  readonly #loads: LoadExchange;
  readonly #outbox: EventOutbox;
  readonly #heartbeat: RecurringTask;
  readonly #timeoutMs: number;
  readonly #heartbeatMs: number;
  #joined: { member: FleetMember; responder: Responder } | null = null;
  #loadsExchangedAtMs = -Infinity;
  #hasMissedBeat = false;
  #left: Promise<void> | null = null;

  constructor(private readonly options: RedisFleetMembershipOptions) {
    const { url, prefix, logger, forgetMs = defaultForgetMs } = options;
    this.#keys = fleetKeys(prefix);
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    const connection = {
      url,
      logger,
      timeoutMs: this.#timeoutMs,
      bus: fleetBus,
      slotKey: this.#keys.members,
    };
    const onReconnect = (): void => this.announce();
    this.#heartbeatConnection = new RedisConnection({ ...connection, name: 'fleet-heartbeat', onReconnect });
    this.#publisher = new RedisConnection({ ...connection, name: 'fleet-publisher' });
    this.#channels = new RedisChannels({ ...connection, name: 'fleet-questions' });
    this.#presence = new PresenceStore({
      connection: this.#heartbeatConnection,
      key: this.#keys.members,
      forgetMs,
      logger,
    });
    const { heartbeatMs = defaultHeartbeatMs } = options;
    this.#heartbeatMs = heartbeatMs;
    this.#leftUsage = new LeftUsageStore({ connection: this.#publisher, key: this.#keys.usage, logger });
    this.#loads = new LoadExchange({
      connection: this.#heartbeatConnection,
      key: this.#keys.loads,
      membersKey: this.#keys.members,
      staleMs: 3 * heartbeatMs,
      logger,
    });
    this.#outbox = new EventOutbox((message) => this.#publishTo(this.#keys.events, message), logger);
    this.#heartbeat = new RecurringTask(() => this.#beat(), heartbeatMs);
  }

  join(member: FleetMember): void {
    if (this.#left !== null || this.#joined !== null) return;
    const responder = new Responder(member, this.options.logger);
    this.#joined = { member, responder };
    this.#channels.add(this.#keys.requests(member.id), (message) =>
      this.#receive(message, member.id, responder),
    );
    this.#heartbeat.now();
  }

  announce(): void {
    if (this.#joined !== null) this.#heartbeat.now();
  }

  publish(event: FleetEvent): void {
    if (this.#joined !== null && this.#left === null) this.#outbox.add(event);
  }

  async leaveUsage(gatewayId: string, reports: AgedReports): Promise<void> {
    await this.#leftUsage
      .leave(gatewayId, reports)
      .catch((error: unknown) =>
        this.options.logger.warn(
          { reason: errorMessage(error) },
          'the last usage could not be left in Redis; it stays on disk',
        ),
      );
  }

  leave(): Promise<void> {
    this.#left ??= this.#leaveOnce();
    return this.#left;
  }

  // Subscribes first, since a gateway that is registered before it receives requests would look unresponsive.
  async #beat(): Promise<void> {
    if (this.#joined === null) return;
    const { member } = this.#joined;
    // If this fails, the gateway is listed as unresponsive; the connection recovers automatically.
    await this.#channels.confirm().catch(() => undefined);
    try {
      await this.#presence.keep(member.id, member.status());
      await this.#exchangeLoads(member);
      this.#noticeBeat();
    } catch (error) {
      member.onPeerLoads([]);
      this.#noticeMissedBeat(error);
    }
  }

  // Not with each change that is announced in between: there can be twenty in a second.
  async #exchangeLoads(member: FleetMember): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#loadsExchangedAtMs < this.#heartbeatMs / 2) return;
    this.#loadsExchangedAtMs = nowMs;
    member.onPeerLoads(await this.#loads.exchange(member.id, (maxCounts) => member.upstreamLoads(maxCounts)));
  }

  #receive(text: string, gatewayId: string, responder: Responder): void {
    const read = readMessage(requestMessageSchema, text);
    if (!read.ok) {
      this.options.logger.warn({ problem: read.problem }, 'an invalid fleet request was dropped');
      return;
    }
    const { inquiryId, askerId: apiId, kind, question: fields } = read.value;
    void responder.respond({
      kind,
      fields,
      isExpired: () => this.#isExpired(read.value),
      deliver: async (answer) => {
        const message: AnswerMessage = { inquiryId, gatewayId, answer };
        await this.#publishTo(this.#keys.answers(apiId), JSON.stringify(message));
      },
    });
  }

  // A gateway that was frozen must not execute a request that the API has reported as unanswered.
  async #isExpired({ expiresAtMs }: RequestMessage): Promise<boolean> {
    return (await this.#presence.now()) > expiresAtMs;
  }

  async #publishTo(channel: string, message: string): Promise<void> {
    await this.#publisher.runBulk((redis) => redis.publish(channel, message));
  }

  async #leaveOnce(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const inTime = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.#timeoutMs)));
    // Bounded, so that gateways can stop while Redis is frozen.
    await Promise.race([Promise.allSettled([this.#outbox.drained(), this.#removePresence()]), inTime]);
    clearTimeout(timer);
    await Promise.all([this.#heartbeatConnection.close(), this.#publisher.close(), this.#channels.close()]);
  }

  #noticeBeat(): void {
    if (this.#hasMissedBeat) this.options.logger.info({}, 'the heartbeat of this gateway succeeds again');
    this.#hasMissedBeat = false;
  }

  #noticeMissedBeat(error: unknown): void {
    const reason = errorMessage(error);
    if (!this.#hasMissedBeat) this.options.logger.warn({ reason }, 'the heartbeat of this gateway failed');
    this.#hasMissedBeat = true;
  }

  // Waits for a running heartbeat, which would register the gateway again.
  async #removePresence(): Promise<void> {
    await this.#heartbeat.stop();
    if (this.#joined === null) return;
    const { id } = this.#joined.member;
    await Promise.all([this.#presence.remove(id), this.#loads.remove(id)]);
  }
}
