import type { TimingWheel, WheelTimer } from './timing-wheel.js';
import {
  JointLanes,
  OwnedTraffic,
  type ConnectionLanes,
  type LaneUsage,
  type SentTraffic,
  type TrafficUsage,
} from './owned-traffic.js';
import type { LaneRates } from './traffic-lane.js';

export type { ConnectionLanes, SentTraffic, TrafficUsage } from './owned-traffic.js';

/** A tenant, a route or an API key, with its current rates; they are null if it has been deleted. */
export interface RateOwner {
  id: string;
  rates: LaneRates | null;
}

/** Those whose rates limit a connection. */
export interface RateOwners {
  tenant: RateOwner;
  route: RateOwner;
  /** Null: the connection has no key. */
  apiKey: RateOwner | null;
}

const sampleIntervalMs = 1000;
const none: LaneUsage = { messages: 0, bytes: 0, messagesPerSecond: 0, bytesPerSecond: 0 };

/**
 * The traffic of each tenant in this gateway, and of each route and key with rates: its totals, its speed and
 * its current rates.
 */
export class TrafficTable {
  readonly #tenants = new Map<string, OwnedTraffic>();
  readonly #routesAndKeys = new Map<string, OwnedTraffic>();
  readonly #live = new Set<OwnedTraffic>();
  /** Tenants whose last connection has ended since `takeSent`. */
  readonly #ended = new Set<OwnedTraffic>();
  readonly #timer: WheelTimer;
  #sampledAtMs = 0;

  constructor(private readonly wheel: TimingWheel) {
    this.#timer = wheel.createTimer(() => this.#sample());
  }

  /** Returns the lanes for one more connection, for which `leave` must be called once. */
  join({ tenant, route, apiKey }: RateOwners): ConnectionLanes {
    const ofTenant = this.#add(this.#tenants, tenant);
    const narrower = [apiKey, route].filter(hasRates).map((owner) => this.#add(this.#routesAndKeys, owner));
    return narrower.length === 0 ? ofTenant.alone : new JointLanes([...narrower, ofTenant]);
  }

  /** One connection with these lanes has ended. */
  leave(lanes: ConnectionLanes): void {
    for (const traffic of trafficsOf(lanes)) {
      traffic.connections -= 1;
      if (traffic.connections === 0) this.#deactivate(traffic);
    }
  }

  /**
   * Returns the lanes for a connection after routes and keys got rates or lost them: the same if nothing
   * changes for it. `leave` must then be called for the returned lanes instead.
   */
  renew(lanes: ConnectionLanes, owners: RateOwners): ConnectionLanes {
    const narrower = [owners.apiKey, owners.route].filter(hasRates);
    const current = trafficsOf(lanes);
    const isSame =
      current.length === narrower.length + 1 && narrower.every(({ id }, index) => current[index]?.id === id);
    if (isSame) return lanes;
    const renewed = this.join(owners);
    this.leave(lanes);
    return renewed;
  }

  /**
   * Must be called when the rates of a tenant, a route or a key have changed. `rates` is null if it has been
   * deleted; its totals are then deleted too.
   */
  setRates(id: string, rates: LaneRates | null): void {
    const traffic = this.#tenants.get(id) ?? this.#routesAndKeys.get(id);
    if (!traffic) return;
    traffic.setRates(rates);
    if (traffic.connections === 0) this.#removeUnlessKept(traffic);
  }

  /** The tenants that have had traffic since the gateway started. */
  tenantIds(): Iterable<string> {
    return this.#tenants.keys();
  }

  /** The tenants, and the routes and keys with rates, that have traffic. */
  ids(): string[] {
    return [...this.#tenants.keys(), ...this.#routesAndKeys.keys()];
  }

  /** The traffic of a tenant, or of a route or key with rates. */
  usage(id: string): TrafficUsage {
    const traffic = this.#tenants.get(id) ?? this.#routesAndKeys.get(id);
    return traffic?.usage() ?? { fromClients: none, fromUpstreams: none };
  }

  /** Visits the tenants that have had traffic since the last call, with that traffic. */
  takeSent(visit: (tenantId: string, sent: SentTraffic) => void): void {
    const take = (traffic: OwnedTraffic): void => {
      const sent = traffic.isTenant ? traffic.takeSent() : null;
      if (sent) visit(traffic.id, sent);
    };
    for (const traffic of this.#live) take(traffic);
    for (const traffic of this.#ended) take(traffic);
    this.#ended.clear();
  }

  #add(table: Map<string, OwnedTraffic>, { id, rates }: RateOwner): OwnedTraffic {
    const known = table.get(id);
    const traffic = known ?? new OwnedTraffic(id, this.wheel, table === this.#tenants);
    if (!known) table.set(id, traffic);
    traffic.setRates(rates);
    if (traffic.connections === 0) this.#activate(traffic);
    traffic.connections += 1;
    return traffic;
  }

  #activate(traffic: OwnedTraffic): void {
    if (this.#live.size === 0) this.#startSampling();
    this.#live.add(traffic);
  }

  #deactivate(traffic: OwnedTraffic): void {
    traffic.sample(0);
    if (traffic.isTenant) this.#ended.add(traffic);
    this.#removeUnlessKept(traffic);
  }

  // The traffic of a route or a key without connections is kept until its buckets are full again: a client
  // that reconnects gets no new allowance.
  #removeUnlessKept(traffic: OwnedTraffic): void {
    const isKept = !traffic.isGone && (traffic.isTenant || !traffic.isRested);
    if (traffic.isTenant || !isKept) this.#live.delete(traffic);
    if (!isKept) this.#tableOf(traffic).delete(traffic.id);
    if (this.#live.size === 0) this.#timer.stop();
  }

  #tableOf({ isTenant }: OwnedTraffic): Map<string, OwnedTraffic> {
    return isTenant ? this.#tenants : this.#routesAndKeys;
  }

  #startSampling(): void {
    this.#sampledAtMs = performance.now();
    this.#timer.start(sampleIntervalMs);
  }

  #sample(): void {
    const nowMs = performance.now();
    const seconds = (nowMs - this.#sampledAtMs) / 1000;
    this.#sampledAtMs = nowMs;
    for (const traffic of this.#live) {
      traffic.sample(seconds);
      if (traffic.connections === 0) this.#removeUnlessKept(traffic);
    }
    if (this.#live.size > 0) this.#timer.start(sampleIntervalMs);
  }
}

function hasRates(owner: RateOwner | null): owner is RateOwner {
  const rates = owner?.rates ?? null;
  return rates !== null && (rates.messagesPerSecond !== null || rates.bytesPerSecond !== null);
}

// Lanes that no table made belong to no owner.
function trafficsOf(lanes: ConnectionLanes): readonly OwnedTraffic[] {
  return lanes instanceof JointLanes ? lanes.traffics : [];
}
