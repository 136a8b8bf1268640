import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import type { SendWebhook } from '#libs/webhooks';
import { LOGGER, SEND_WEBHOOK } from '../composition/injection-tokens.js';
import { CommittedChanges } from '../publishing/committed-changes.js';
import { WakeSignal } from '../publishing/wake-signal.js';
import { DeliveryStore, type LeasedDelivery } from './delivery-store.js';

const pollEveryMs = 1000;
const pruneEveryMs = 600_000;
const maxSending = 64;
const maxSendingOfOne = 4;

/** Sends due deliveries. Several processes share them by leases. */
@Injectable()
export class WebhookDeliverer implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #signal = new WakeSignal();
  readonly #lease = randomUUID();
  readonly #sending = new Map<string, number>();
  readonly #sends = new Set<Promise<void>>();
  #release = (): void => undefined;
  #loop: Promise<void> = Promise.resolve();
  #isStopped = false;
  #isFailing = false;
  #prunedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly store: DeliveryStore,
    @Inject(SEND_WEBHOOK) private readonly send: SendWebhook,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly committed: CommittedChanges,
  ) {}

  onApplicationBootstrap(): void {
    this.#release = this.committed.subscribeToOwn(() => this.#signal.wake());
    this.#loop = this.#run();
  }

  /** Waits for the messages that are being sent. */
  async onApplicationShutdown(): Promise<void> {
    this.#isStopped = true;
    this.#release();
    this.#signal.wake();
    await this.#loop;
    await Promise.all(this.#sends);
  }

  /** Call it when a delivery was queued. */
  wake(): void {
    this.#signal.wake();
  }

  /** Resolves when the due deliveries are leased; `sent` resolves when they were sent. */
  async deliverDue(nowMs: number): Promise<{ count: number; sent: Promise<unknown> }> {
    const maxOf = (webhookId: string): number => maxSendingOfOne - (this.#sending.get(webhookId) ?? 0);
    const maxTotal = maxSending - this.#sends.size;
    const leased = await this.store.lease(nowMs, this.#lease, { maxTotal, maxOf });
    const sends = leased.map((one) => this.#track(one, nowMs));
    return { count: leased.length, sent: Promise.all(sends) };
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.deliverDue(Date.now());
        await this.#prune();
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) this.logger.warn({ err: error }, 'webhooks cannot be delivered now');
        this.#isFailing = true;
      }
      await this.#signal.wait(pollEveryMs);
    }
  }

  async #prune(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#prunedAtMs < pruneEveryMs) return;
    this.#prunedAtMs = nowMs;
    await this.store.prune(Date.now());
  }

  #track(leased: LeasedDelivery, nowMs: number): Promise<void> {
    const { id } = leased.webhook;
    this.#sending.set(id, (this.#sending.get(id) ?? 0) + 1);
    const send = this.#deliver(leased, nowMs)
      .catch((error: unknown) => {
        this.logger.warn({ err: error, deliveryId: leased.delivery.id }, 'a delivery could not be settled');
      })
      .finally(() => {
        const left = (this.#sending.get(id) ?? 1) - 1;
        if (left === 0) this.#sending.delete(id);
        else this.#sending.set(id, left);
        this.#sends.delete(send);
        this.#signal.wake();
      });
    this.#sends.add(send);
    return send;
  }

  async #deliver({ delivery, webhook }: LeasedDelivery, nowMs: number): Promise<void> {
    const { eventId: id, body } = delivery;
    const { url, secret, previousSecret, previousSecretExpiresAt } = webhook;
    const isPreviousValid = previousSecretExpiresAt !== null && Date.parse(previousSecretExpiresAt) > nowMs;
    const secrets = isPreviousValid && previousSecret !== null ? [secret, previousSecret] : [secret];
    const outcome = await this.send(url, { id, timestamp: Math.floor(nowMs / 1000), body }, secrets);
    await this.store.settle(delivery, this.#lease, outcome, nowMs);
  }
}
