import type { TimingWheel } from './timing-wheel.js';
import { TrafficLane, type LaneRates } from './traffic-lane.js';

/** The lanes that limit a connection, those of each direction from the narrowest kind to the tenant. */
export interface ConnectionLanes {
  readonly fromClients: readonly TrafficLane[];
  readonly fromUpstreams: readonly TrafficLane[];
}

/** The traffic of one direction so far, and its speed over the last second. */
export interface LaneUsage {
  messages: number;
  bytes: number;
  messagesPerSecond: number;
  bytesPerSecond: number;
}

/** The traffic in both directions. */
export interface TrafficUsage {
  fromClients: LaneUsage;
  fromUpstreams: LaneUsage;
}

/** The traffic in both directions since it was last taken. */
export interface SentTraffic {
  messagesFromClients: number;
  messagesFromUpstreams: number;
  bytesFromClients: number;
  bytesFromUpstreams: number;
}

/** The traffic of a tenant, a route or a key. */
export class OwnedTraffic {
  readonly fromClients: TrafficLane;
  readonly fromUpstreams: TrafficLane;
  /** The lanes of a connection that no other rates limit. */
  readonly alone: ConnectionLanes;
  connections = 0;
  isGone = false;
  readonly #clientSpeed = new Speed();
  readonly #upstreamSpeed = new Speed();
  #taken: SentTraffic = {
    messagesFromClients: 0,
    messagesFromUpstreams: 0,
    bytesFromClients: 0,
    bytesFromUpstreams: 0,
  };

  constructor(
    readonly id: string,
    wheel: TimingWheel,
    readonly isTenant: boolean,
  ) {
    this.fromClients = new TrafficLane(wheel);
    this.fromUpstreams = new TrafficLane(wheel);
    this.alone = new JointLanes([this]);
  }

  /** Whether nothing of the last second counts against its rates any more. */
  get isRested(): boolean {
    return this.fromClients.isRested && this.fromUpstreams.isRested;
  }

  /**
   * Sets the rates. They are null if the owner has been deleted; its last connections then keep their
   * previous rates.
   */
  setRates(rates: LaneRates | null): void {
    this.isGone = rates === null;
    if (rates === null) return;
    this.fromClients.setRates(rates);
    this.fromUpstreams.setRates(rates);
  }

  usage(): TrafficUsage {
    return {
      fromClients: this.#clientSpeed.usageOf(this.fromClients),
      fromUpstreams: this.#upstreamSpeed.usageOf(this.fromUpstreams),
    };
  }

  /**
   * Measures the speed since the last sample, which was taken `seconds` ago; 0 if there is no live connection
   * any more.
   */
  sample(seconds: number): void {
    this.#clientSpeed.sample(this.fromClients, seconds);
    this.#upstreamSpeed.sample(this.fromUpstreams, seconds);
  }

  /** The traffic since the last call; null: nothing has passed. */
  takeSent(): SentTraffic | null {
    const taken = this.#taken;
    const now: SentTraffic = {
      messagesFromClients: this.fromClients.messages,
      messagesFromUpstreams: this.fromUpstreams.messages,
      bytesFromClients: this.fromClients.bytes,
      bytesFromUpstreams: this.fromUpstreams.bytes,
    };
    // A frame that passes, even one without a message, has bytes.
    const isNew =
      now.bytesFromClients > taken.bytesFromClients || now.bytesFromUpstreams > taken.bytesFromUpstreams;
    if (!isNew) return null;
    this.#taken = now;
    return {
      messagesFromClients: now.messagesFromClients - taken.messagesFromClients,
      messagesFromUpstreams: now.messagesFromUpstreams - taken.messagesFromUpstreams,
      bytesFromClients: now.bytesFromClients - taken.bytesFromClients,
      bytesFromUpstreams: now.bytesFromUpstreams - taken.bytesFromUpstreams,
    };
  }
}

/** The lanes of the owners, which a connection joined. */
export class JointLanes implements ConnectionLanes {
  readonly fromClients: readonly TrafficLane[];
  readonly fromUpstreams: readonly TrafficLane[];

  constructor(readonly traffics: readonly OwnedTraffic[]) {
    this.fromClients = traffics.map(({ fromClients }) => fromClients);
    this.fromUpstreams = traffics.map(({ fromUpstreams }) => fromUpstreams);
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
