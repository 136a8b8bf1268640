import type { TimingWheel, WheelTimer } from './timing-wheel.js';
import { TrafficLane, type LaneRates } from './traffic-lane.js';

/**
 * The lanes of a tenant's connections in this gateway, one for each direction. Each direction has its own
 * rates.
 */
export interface TenantLanes {
  fromClients: TrafficLane;
  fromUpstreams: TrafficLane;
}

/** The traffic of one direction so far, and its speed over the last second. */
export interface LaneUsage {
  messages: number;
  bytes: number;
  messagesPerSecond: number;
  bytesPerSecond: number;
}

export interface TenantUsage {
  fromClients: LaneUsage;
  fromUpstreams: LaneUsage;
}

const sampleIntervalMs = 1000;
const none: LaneUsage = { messages: 0, bytes: 0, messagesPerSecond: 0, bytesPerSecond: 0 };

/** The traffic of each tenant in this gateway: its totals, its speed and its current rates. */
export class TrafficTable {
  readonly #tenants = new Map<string, TenantTraffic>();
  readonly #live = new Set<TenantTraffic>();
  readonly #timer: WheelTimer;
  #sampledAtMs = 0;

  constructor(private readonly wheel: TimingWheel) {
    this.#timer = wheel.createTimer(() => this.#sample());
  }

  /**
   * Returns the lanes for one more connection of a tenant, for which `leave` must be called once. `rates` are
   * the current rates; they apply to all connections of the tenant. They are null if the tenant has been
   * deleted.
   */
  join(tenantId: string, rates: LaneRates | null): TenantLanes {
    const traffic = this.#tenants.get(tenantId) ?? new TenantTraffic(this.wheel);
    this.#tenants.set(tenantId, traffic);
    traffic.setRates(rates);
    traffic.connections += 1;
    this.#live.add(traffic);
    if (this.#live.size === 1 && traffic.connections === 1) this.#startSampling();
    return traffic;
  }

  /** One connection of the tenant has ended. */
  leave(tenantId: string): void {
    const traffic = this.#tenants.get(tenantId);
    if (!traffic) return;
    traffic.connections -= 1;
    if (traffic.connections === 0) this.#deactivate(tenantId, traffic);
  }

  /**
   * Must be called when a tenant's rates have changed. `rates` is null if the tenant has been deleted; its
   * totals are then deleted too.
   */
  setRates(tenantId: string, rates: LaneRates | null): void {
    const traffic = this.#tenants.get(tenantId);
    if (!traffic) return;
    traffic.setRates(rates);
    if (traffic.isGone && traffic.connections === 0) this.#tenants.delete(tenantId);
  }

  /** The tenants that have had traffic since the gateway started. */
  tenantIds(): Iterable<string> {
    return this.#tenants.keys();
  }

  usage(tenantId: string): TenantUsage {
    const traffic = this.#tenants.get(tenantId);
    return traffic?.usage() ?? { fromClients: none, fromUpstreams: none };
  }

  #deactivate(tenantId: string, traffic: TenantTraffic): void {
    this.#live.delete(traffic);
    traffic.sample(0);
    if (traffic.isGone) this.#tenants.delete(tenantId);
    if (this.#live.size === 0) this.#timer.stop();
  }

  #startSampling(): void {
    this.#sampledAtMs = performance.now();
    this.#timer.start(sampleIntervalMs);
  }

  #sample(): void {
    const nowMs = performance.now();
    const seconds = (nowMs - this.#sampledAtMs) / 1000;
    this.#sampledAtMs = nowMs;
    for (const traffic of this.#live) traffic.sample(seconds);
    this.#timer.start(sampleIntervalMs);
  }
}

class TenantTraffic implements TenantLanes {
  readonly fromClients: TrafficLane;
  readonly fromUpstreams: TrafficLane;
  connections = 0;
  isGone = false;
  readonly #clientSpeed = new Speed();
  readonly #upstreamSpeed = new Speed();

  constructor(wheel: TimingWheel) {
    this.fromClients = new TrafficLane(wheel);
    this.fromUpstreams = new TrafficLane(wheel);
  }

  /**
   * Sets the rates. They are null if the tenant has been deleted; its last connections then keep their
   * previous rates.
   */
  setRates(rates: LaneRates | null): void {
    this.isGone = rates === null;
    if (rates === null) return;
    this.fromClients.setRates(rates);
    this.fromUpstreams.setRates(rates);
  }

  usage(): TenantUsage {
    return {
      fromClients: this.#clientSpeed.usageOf(this.fromClients),
      fromUpstreams: this.#upstreamSpeed.usageOf(this.fromUpstreams),
    };
  }

  /**
   * Measures the speed since the last sample, which was taken `seconds` ago; 0 if the tenant has no live
   * connection any more.
   */
  sample(seconds: number): void {
    this.#clientSpeed.sample(this.fromClients, seconds);
    this.#upstreamSpeed.sample(this.fromUpstreams, seconds);
  }
}

class Speed {
  #messages = 0;
  #bytes = 0;
  #messagesPerSecond = 0;
  #bytesPerSecond = 0;

  sample({ messages, bytes }: TrafficLane, seconds: number): void {
    this.#messagesPerSecond = seconds > 0 ? (messages - this.#messages) / seconds : 0;
    this.#bytesPerSecond = seconds > 0 ? (bytes - this.#bytes) / seconds : 0;
    this.#messages = messages;
    this.#bytes = bytes;
  }

  usageOf({ messages, bytes }: TrafficLane): LaneUsage {
    return {
      messages,
      bytes,
      messagesPerSecond: this.#messagesPerSecond,
      bytesPerSecond: this.#bytesPerSecond,
    };
  }
}
