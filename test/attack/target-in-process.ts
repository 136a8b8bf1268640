import type { Explanation, PublishedTenant } from '#libs/contract';
import { activeTimers, timersBackTo } from '../support/active-timers.js';
import { explanationBy, type ExplainableRequest } from '../support/explained-request.js';
import { GatewayWorld } from '../support/gateway-world.js';
import type { AttackTarget, RouteFields } from './attack-target.js';
import './stub-resolver.js';

/** A gateway in this process, so that the test can count its slots, sockets and timers. */
export class TargetInProcess implements AttackTarget {
  readonly hasStubResolver = true;
  readonly #timers = activeTimers();
  #published: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly world: GatewayWorld,
    private readonly tenant: PublishedTenant,
    private readonly attacker: PublishedTenant,
  ) {}

  static async start(): Promise<TargetInProcess> {
    const world = await GatewayWorld.start({ SLUICE_UPSTREAM_ALLOW: '127.0.0.1/32' });
    return new TargetInProcess(world, await tenantWithStickyKey(world), await tenantWithStickyKey(world));
  }

  get port(): number {
    return this.world.port;
  }

  get adminPort(): number {
    return Number(new URL(this.world.gateway.adminUrl).port);
  }

  publish(route: RouteFields, owner?: 'attacker'): Promise<void> {
    return this.#serially(async () => {
      await this.world.route(owner === 'attacker' ? this.attacker : this.tenant, route);
    });
  }

  issueKey(): Promise<string> {
    return this.#serially(async () => (await this.world.apiKey(this.tenant)).key);
  }

  /** The explanation of the gateway for a request. */
  async explain(request: ExplainableRequest): Promise<Explanation> {
    return explanationBy(this.world, request);
  }

  // An uncaught error or a log line above `info` fails the test run anyway.
  async expectNoLeaks(): Promise<void> {
    await this.world.expectNothingHeld();
    await timersBackTo(this.#timers);
  }

  async close(): Promise<void> {
    await this.world.close();
  }

  // Attacks run concurrently, but configuration changes must be published one after the other.
  #serially<Result>(change: () => Promise<Result>): Promise<Result> {
    const changed = this.#published.then(change, change);
    this.#published = changed;
    return changed;
  }
}

async function tenantWithStickyKey(world: GatewayWorld): Promise<PublishedTenant> {
  const tenant = await world.tenant();
  await world.stickyKey(tenant);
  return tenant;
}
