import type { PublishedTenant } from '#libs/contract';
import { activeTimers, timersBackTo } from '../support/active-timers.js';
import { GatewayWorld } from '../support/gateway-world.js';
import type { AttackedGateway, RouteFields } from './attacked-gateway.js';
import './stand-in-resolver.js';

/** A gateway in this process, into which a test can look: it says whether anything is still held. */
export class GatewayInProcess implements AttackedGateway {
  readonly findsStandInNames = true;
  readonly #timers = activeTimers();
  #published: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly world: GatewayWorld,
    private readonly tenant: PublishedTenant,
  ) {}

  static async start(): Promise<GatewayInProcess> {
    const world = await GatewayWorld.start({ SLUICE_UPSTREAM_ALLOW: '127.0.0.1/32' });
    return new GatewayInProcess(world, await world.tenant());
  }

  get port(): number {
    return this.world.port;
  }

  get adminPort(): number {
    return Number(new URL(this.world.gateway.adminUrl).port);
  }

  publish(route: RouteFields): Promise<void> {
    return this.#afterOthers(async () => {
      await this.world.route(this.tenant, route);
    });
  }

  issueKey(): Promise<string> {
    return this.#afterOthers(async () => (await this.world.apiKey(this.tenant)).key);
  }

  // What went wrong inside has failed the test run: an error that nobody caught, and a line of the log above `info`.
  async expectUnharmed(): Promise<void> {
    await this.world.expectNothingHeld();
    await timersBackTo(this.#timers);
  }

  async close(): Promise<void> {
    await this.world.close();
  }

  // Attacks run beside each other; a configuration changes step by step.
  #afterOthers<Result>(change: () => Promise<Result>): Promise<Result> {
    const changed = this.#published.then(change, change);
    this.#published = changed;
    return changed;
  }
}
