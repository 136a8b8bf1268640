import { errorMessage } from '#libs/async';
import type { Logger } from '#libs/redis';
import type { FleetEvent } from '../events.js';

type Publish = (message: string) => Promise<unknown>;

// Redis disconnects a subscriber whose output buffer exceeds 32 MB.
const maxWaitingCharacters = 4_000_000;

/**
 * Sends events in order. While one message is in flight the next events are batched, so a slow Redis makes
 * messages larger, not more. Events beyond the bound, or that cannot be sent, are dropped.
 */
export class EventOutbox {
  #waiting: string[] = [];
  #waitingCharacters = 0;
  #sending: Promise<void> | null = null;
  #isDropping = false;

  constructor(
    private readonly publish: Publish,
    private readonly logger: Logger,
  ) {}

  add(event: FleetEvent): void {
    const text = JSON.stringify(event);
    if (this.#waitingCharacters + text.length > maxWaitingCharacters) {
      this.#noticeDrop('there are too many');
      return;
    }
    this.#waiting.push(text);
    this.#waitingCharacters += text.length;
    this.#sending ??= this.#send();
  }

  /** Resolves when the outbox is empty. Never rejects. */
  async drained(): Promise<void> {
    await this.#sending;
  }

  async #send(): Promise<void> {
    // Events that are added in the same turn go into the same message.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const message = `[${this.#waiting.join(',')}]`;
      this.#waiting = [];
      this.#waitingCharacters = 0;
      try {
        await this.publish(message);
        this.#isDropping = false;
      } catch (error) {
        this.#noticeDrop(errorMessage(error));
      }
    }
    this.#sending = null;
  }

  // One line for each outage, not for each event.
  #noticeDrop(reason: string): void {
    if (!this.#isDropping) this.logger.warn({ reason }, 'events of this gateway are dropped');
    this.#isDropping = true;
  }
}
