import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Release } from '#libs/async';
import type { Fleet, FleetEvent } from '#libs/fleet';
import { FLEET, LOGGER } from '../composition/injection-tokens.js';

const retryEveryMs = 1000;

type FleetListener = (event: FleetEvent) => void;

/**
 * Gateway events, with one subscription for all listeners of this process, and none while there are no
 * listeners.
 */
@Injectable()
export class FleetEvents {
  readonly #listeners = new Set<FleetListener>();
  #subscription: Promise<Release> | null = null;

  constructor(
    @Inject(FLEET) private readonly fleet: Fleet,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Resolves once the listener gets all later events; rejects with a `RedisError` when gateways are
   * unreachable.
   */
  async listen(listener: FleetListener): Promise<Release> {
    const own: FleetListener = (event) => listener(event);
    this.#listeners.add(own);
    const release = (): void => {
      this.#listeners.delete(own);
      this.#unsubscribeIfUnused();
    };
    try {
      await (this.#subscription ??= this.#subscribe());
      return release;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Listens as soon as the gateways can be reached; until then it retries every second. */
  keepListening(listener: FleetListener): Release {
    let isReleased = false;
    let isLogged = false;
    let timer: NodeJS.Timeout | null = null;
    let stop: Release = () => undefined;
    const attempt = async (): Promise<void> => {
      try {
        stop = await this.listen(listener);
        if (isReleased) stop();
      } catch (error) {
        if (!isLogged) this.logger.warn({ err: error }, 'cannot subscribe to gateway events yet');
        isLogged = true;
        if (!isReleased) timer = setTimeout(() => void attempt(), retryEveryMs);
      }
    };
    void attempt();
    return () => {
      isReleased = true;
      if (timer !== null) clearTimeout(timer);
      stop();
    };
  }

  #subscribe(): Promise<Release> {
    const subscription = this.fleet.subscribe((event) => {
      for (const listener of this.#listeners) listener(event);
    });
    subscription.catch(() => {
      if (this.#subscription === subscription) this.#subscription = null;
    });
    return subscription;
  }

  #unsubscribeIfUnused(): void {
    if (this.#listeners.size > 0 || this.#subscription === null) return;
    const ending = this.#subscription;
    this.#subscription = null;
    void ending.then(
      (release) => release(),
      () => undefined,
    );
  }
}
