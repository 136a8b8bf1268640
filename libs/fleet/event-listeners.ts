import { errorMessage, type Release } from '#libs/async';
import type { Logger } from '#libs/redis';
import { describeProblem } from './describe-problem.js';
import { fleetEventSchema, type FleetEvent } from './events.js';

type EventListener = (event: FleetEvent) => void;

/** The listeners of this process. An event is validated once, and all listeners get the same object. */
export class EventListeners {
  readonly #listeners = new Set<EventListener>();

  constructor(private readonly logger: Logger) {}

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  add(listener: EventListener): Release {
    const own: EventListener = (event) => listener(event);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  clear(): void {
    this.#listeners.clear();
  }

  /** Notifies all listeners of a valid event; drops any other, with a log line. */
  notify(candidate: unknown): void {
    if (this.isEmpty) return;
    const parsed = fleetEventSchema.safeParse(candidate);
    if (!parsed.success) {
      const problem = describeProblem(parsed.error);
      this.logger.warn({ problem }, 'an event of the fleet that is not valid was dropped');
      return;
    }
    for (const listener of this.#listeners) this.#notifyOne(listener, parsed.data);
  }

  // A listener with a bug must neither block the event for the others nor end the process.
  #notifyOne(listener: EventListener, event: FleetEvent): void {
    try {
      listener(event);
    } catch (bug) {
      const reason = errorMessage(bug);
      this.logger.error({ type: event.type, reason }, 'a listener to the fleet failed');
    }
  }
}
