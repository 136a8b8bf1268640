import { randomUUID } from 'node:crypto';
import type { Release } from '#libs/async';
import { gatewayStatusSchema, type Gateway } from '#libs/contract';
import { RedisError, RedisConnection } from '#libs/redis';
import { describeProblem } from '../describe-problem.js';
import { EventListeners } from '../event-listeners.js';
import type { FleetEvent } from '../events.js';
import { defaultRequestTimeoutMs, PendingRequest } from '../pending-request.js';
import type { LeftUsage } from '../left-usage.js';
import type { Answers, Fleet } from '../ports.js';
import type { FleetRequest, RequestKind } from '../requests.js';
import { fleetBus, defaultForgetMs, type RedisFleetBusOptions } from './fleet-bus-options.js';
import { fleetKeys, type FleetKeys } from './fleet-keys.js';
import {
  answerMessageSchema,
  eventsMessageSchema,
  readMessage,
  type RequestMessage,
} from './fleet-messages.js';
import { LeftUsageStore } from './left-usage-store.js';
import { PresenceStore, type KnownGateway } from './presence-store.js';
import { RecurringTask } from './recurring-task.js';
import { RedisChannels } from './redis-channels.js';

export interface RedisFleetOptions extends RedisFleetBusOptions {
  /** The timeout of one exchange with Redis; 2,000 by default. */
  timeoutMs?: number;
  /** The time after the last heartbeat after which a gateway is stale; 15,000 by default. */
  leaseMs?: number;
  /**
   * The interval at which it checks, while there are subscribers, that events still arrive; 5,000 by default.
   */
  checkIntervalMs?: number;
}

// Short, since a REST client waits for it, and one exchange has a few kilobytes.
const defaultTimeoutMs = 2000;

/** The API's access to the fleet over Redis; connects when it is first used. */
export function createRedisFleet(options: RedisFleetOptions): Fleet {
  return new RedisFleet(options);
}

class RedisFleet implements Fleet {
  /** Identifies this process in the answers of gateways. */
  readonly #apiId = randomUUID();
  readonly #keys: FleetKeys;
  readonly #commands: RedisConnection;
  readonly #channels: RedisChannels;
  readonly #presence: PresenceStore;
  readonly #leftUsage: LeftUsageStore;
  readonly #listeners: EventListeners;
  readonly #check: RecurringTask;
  readonly #leaseMs: number;
  readonly #pending = new Map<string, PendingRequest<RequestKind>>();

  constructor(private readonly options: RedisFleetOptions) {
    const { url, prefix, logger, timeoutMs = defaultTimeoutMs, forgetMs = defaultForgetMs } = options;
    this.#keys = fleetKeys(prefix);
    this.#leaseMs = options.leaseMs ?? 15_000;
    const connection = { url, logger, timeoutMs, bus: fleetBus, slotKey: this.#keys.members };
    this.#commands = new RedisConnection({ ...connection, name: 'fleet-requests' });
    this.#channels = new RedisChannels({ ...connection, name: 'fleet-listener' });
    this.#channels.add(this.#keys.answers(this.#apiId), (message) => this.#takeAnswer(message));
    this.#presence = new PresenceStore({
      connection: this.#commands,
      key: this.#keys.members,
      forgetMs,
      logger,
    });
    this.#leftUsage = new LeftUsageStore({ connection: this.#commands, key: this.#keys.usage, logger });
    this.#listeners = new EventListeners(logger);
    this.#check = new RecurringTask(() => this.#checkChannels(), options.checkIntervalMs ?? 5000);
  }

  async gateways(): Promise<Gateway[]> {
    const { known } = await this.#presence.read();
    return known.flatMap((gateway) => this.#describe(gateway)).sort(byId);
  }

  async ask<Kind extends RequestKind>(
    gatewayId: string | null,
    kind: Kind,
    fields: FleetRequest<Kind>,
    timeoutMs = defaultRequestTimeoutMs,
  ): Promise<Answers<Kind>> {
    const [{ nowMs, gatewayIds }] = await Promise.all([
      this.#resolveTargets(gatewayId),
      this.#channels.confirm(),
    ]);
    const requestId = randomUUID();
    const request = new PendingRequest(kind, gatewayIds, timeoutMs);
    this.#pending.set(requestId, request);
    try {
      const expiresAtMs = nowMs + timeoutMs;
      const sender = { inquiryId: requestId, askerId: this.#apiId };
      await this.#send(request, { ...sender, expiresAtMs, kind, question: fields });
      const answers = await request.outcome;
      // Otherwise an outage of Redis meanwhile would look like unresponsive gateways.
      if (answers.unresponsive.length > 0) await this.#channels.confirm();
      return answers;
    } finally {
      request.cancel();
      this.#pending.delete(requestId);
    }
  }

  leftUsage(): Promise<LeftUsage[]> {
    return this.#leftUsage.read();
  }

  forgetUsage(gatewayId: string): Promise<void> {
    return this.#leftUsage.forget(gatewayId);
  }

  async subscribe(listener: (event: FleetEvent) => void): Promise<Release> {
    const release = this.#listeners.add(listener);
    this.#channels.add(this.#keys.events, (message) => this.#takeEvents(message));
    const releaseChannel = (): void => {
      release();
      if (this.#listeners.isEmpty) this.#channels.remove(this.#keys.events);
    };
    try {
      await this.#channels.confirm();
    } catch (error) {
      releaseChannel();
      throw error;
    }
    this.#check.now();
    return releaseChannel;
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    for (const request of this.#pending.values()) request.fail(new RedisError(fleetBus, 'it was closed'));
    const ended = [this.#check.stop(), this.#commands.close(), this.#channels.close()];
    await Promise.all(ended);
  }

  async #resolveTargets(gatewayId: string | null): Promise<{ nowMs: number; gatewayIds: string[] }> {
    if (gatewayId !== null) return { nowMs: await this.#presence.now(), gatewayIds: [gatewayId] };
    const { nowMs, known } = await this.#presence.read();
    return { nowMs, gatewayIds: known.map((gateway) => gateway.gatewayId) };
  }

  async #send(request: PendingRequest<RequestKind>, message: RequestMessage): Promise<void> {
    const text = JSON.stringify(message);
    await this.#commands.run((redis) =>
      Promise.all(
        request.gatewayIds.map(async (gatewayId) => {
          const receivers = await redis.publish(this.#keys.requests(gatewayId), text);
          if (receivers === 0) request.giveUpOn(gatewayId);
        }),
      ),
    );
  }

  #takeAnswer(text: string): void {
    const read = readMessage(answerMessageSchema, text);
    if (!read.ok) {
      this.options.logger.warn({ problem: read.problem }, 'an answer that is not valid was dropped');
      return;
    }
    const { inquiryId: requestId, gatewayId, answer } = read.value;
    const request = this.#pending.get(requestId);
    const taken = request?.take(gatewayId, answer);
    if (taken?.kind !== 'invalid') return;
    const fields = { gatewayId, kind: request?.kind, problem: taken.problem };
    this.options.logger.warn(fields, 'an answer that is not valid was dropped');
  }

  #takeEvents(text: string): void {
    const read = readMessage(eventsMessageSchema, text);
    if (read.ok) for (const event of read.value) this.#listeners.notify(event);
    else this.options.logger.warn({ problem: read.problem }, 'events that are not valid were dropped');
  }

  #describe({ gatewayId, status, seenAtMs, ageMs }: KnownGateway): Gateway[] {
    const lastSeenAt = new Date(seenAtMs).toISOString();
    const parsed = gatewayStatusSchema.safeParse(status);
    if (parsed.success) {
      const state = ageMs > this.#leaseMs ? 'stale' : parsed.data.state;
      return [{ ...parsed.data, state, lastSeenAt }];
    }
    const problem = describeProblem(parsed.error);
    this.options.logger.warn({ gatewayId, problem }, 'the status of a gateway is not valid');
    return [];
  }

  // A connection that no longer delivers messages runs into its timeout here and is replaced.
  async #checkChannels(): Promise<void> {
    await this.#channels.confirm().catch(() => undefined);
  }
}

function byId(one: { id: string }, other: { id: string }): number {
  return one.id < other.id ? -1 : 1;
}
