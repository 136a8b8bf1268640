import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import type { FleetEvent } from '#libs/fleet';
import { LOGGER } from '../composition/injection-tokens.js';
import { Database } from '../database/database.js';
import { WebhookEntity } from '../database/entities/webhook.entity.js';
import { FleetEvents } from '../fleet/fleet-events.js';
import { WakeSignal } from '../publishing/wake-signal.js';
import { enqueueEvents } from '../webhook-queue/enqueue-events.js';
import { webhookEventOf, type WebhookEvent } from '../webhook-queue/webhook-event.js';

const checkEveryMs = 5000;
const collectMs = 200;
// Gateways publish at most 100 changes of health in a second each.
const maxCollected = 5000;

/**
 * Queues the events of gateways for webhooks, in batches. Every process of the API does it, and each event is
 * stored once. Without webhooks it does not listen to the gateways.
 */
@Injectable()
export class FleetEventQueue implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #signal = new WakeSignal();
  #collected: WebhookEvent[] = [];
  #release: (() => void) | null = null;
  #loop: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(
    private readonly database: Database,
    private readonly fleetEvents: FleetEvents,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#loop = this.#run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isStopped = true;
    this.#signal.wake();
    await this.#loop;
    this.#release?.();
  }

  /** Call it when a webhook was created or enabled. */
  review(): void {
    this.#signal.wake();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#followIfNeeded();
        await this.#store();
      } catch (error) {
        this.logger.warn({ err: error }, 'events of gateways could not be queued for webhooks');
      }
      await this.#signal.wait(this.#collected.length > 0 ? collectMs : checkEveryMs);
    }
  }

  async #followIfNeeded(): Promise<void> {
    const isNeeded = await this.database.read.existsBy(WebhookEntity, { enabled: true });
    if (isNeeded) this.#release ??= this.fleetEvents.keepListening((event) => this.#collect(event));
    else {
      this.#release?.();
      this.#release = null;
    }
  }

  #collect(event: FleetEvent): void {
    const found = webhookEventOf(event);
    if (found === null || this.#collected.length >= maxCollected) return;
    this.#collected.push(found);
    if (this.#collected.length === 1) this.#signal.wake();
  }

  async #store(): Promise<void> {
    const events = [...this.#collected];
    if (events.length === 0) return;
    await this.database.write((manager) => enqueueEvents(manager, events), { lane: 'webhooks' });
    this.#collected = this.#collected.slice(events.length);
  }
}
