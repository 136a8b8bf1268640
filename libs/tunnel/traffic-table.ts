import type { TimingWheel, WheelTimer } from './timing-wheel.js';
import { TrafficLane, type LaneRates } from './traffic-lane.js';

/** What a tenant's connections of one gateway send each way; each way has its own rates. */
export interface TenantLanes {
  fromClients: TrafficLane;
  fromUpstreams: TrafficLane;
}

/** What came one way so far, and how fast over the last second. */
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

/** The traffic of each tenant in this gateway: its totals, its speed, and the rates that hold for it. */
export class TrafficTable {
  readonly #tenants = new Map<string, TenantTraffic>();
  readonly #live = new Set<TenantTraffic>();
  readonly #timer: WheelTimer;
  #sampledAtMs = 0;

  constructor(private readonly wheel: TimingWheel) {
    this.#timer = wheel.createTimer(() => this.#sample());
  }

  /**
   * The lanes for one more connection of a tenant, and what gives them back. `rates` are those that hold now, since they
   * hold for all its connections; null when the tenant is gone.
   */
  join(tenantId: string, rates: LaneRates | null): { lanes: TenantLanes; release: () => void } {
    const traffic = this.#tenants.get(tenantId) ?? new TenantTraffic(this.wheel);
    this.#tenants.set(tenantId, traffic);
    traffic.setRates(rates);
    traffic.connections += 1;
    this.#live.add(traffic);
    if (this.#live.size === 1 && traffic.connections === 1) this.#startSampling();
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      traffic.connections -= 1;
      if (traffic.connections === 0) this.#rest(tenantId, traffic);
    };
    return { lanes: traffic, release };
  }

  /** To be called when a tenant's rates have changed; null when the tenant is gone, and its totals with it. */
  setRates(tenantId: string, rates: LaneRates | null): void {
    const traffic = this.#tenants.get(tenantId);
    if (!traffic) return;
    traffic.setRates(rates);
    if (traffic.isGone && traffic.connections === 0) this.#tenants.delete(tenantId);
  }

  /** The tenants that have sent anything since the gateway started. */
  tenantIds(): Iterable<string> {
    return this.#tenants.keys();
  }

  usage(tenantId: string): TenantUsage {
    const traffic = this.#tenants.get(tenantId);
    return traffic?.usage() ?? { fromClients: none, fromUpstreams: none };
  }

  #rest(tenantId: string, traffic: TenantTraffic): void {
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

  /** Null when the tenant is gone: its last connections keep the rates that they had. */
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

  /** Measures since the last sample, which was so many seconds ago; 0 when nothing is live any more. */
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
