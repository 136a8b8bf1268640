import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Release } from '#libs/async';
import type { Fleet, FleetEvent } from '#libs/fleet';
import { FLEET, LOGGER } from '../composition/injection-tokens.js';

const retryEveryMs = 1000;

type FleetListener = (event: FleetEvent) => void;

/** What gateways tell, shared by all who listen in this process. Nobody listens: nothing is subscribed to. */
@Injectable()
export class FleetEvents {
  private readonly listeners = new Set<FleetListener>();
  private subscription: Promise<Release> | null = null;

  constructor(
    @Inject(FLEET) private readonly fleet: Fleet,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Resolves once later events will be heard; rejects with a `RedisError` when the gateways cannot be reached. */
  async listen(listener: FleetListener): Promise<Release> {
    const own: FleetListener = (event) => listener(event);
    this.listeners.add(own);
    const release = (): void => {
      this.listeners.delete(own);
      this.unsubscribeIfUnused();
    };
    try {
      await (this.subscription ??= this.subscribe());
      return release;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Listens from when the gateways can be reached; until then it tries again, every second. */
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
        if (!isLogged) this.logger.warn({ err: error }, 'the gateways cannot be listened to yet');
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

  private subscribe(): Promise<Release> {
    const subscription = this.fleet.subscribe((event) => {
      for (const listener of this.listeners) listener(event);
    });
    subscription.catch(() => {
      if (this.subscription === subscription) this.subscription = null;
    });
    return subscription;
  }

  private unsubscribeIfUnused(): void {
    if (this.listeners.size > 0 || this.subscription === null) return;
    const ending = this.subscription;
    this.subscription = null;
    void ending.then(
      (release) => release(),
      () => undefined,
    );
  }
}
