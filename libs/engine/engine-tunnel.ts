import {
  ObserverList,
  type ConnectionLanes,
  type FrameObserver,
  type FrameReporter,
  type FrameSender,
  type MessageLimits,
  type Tunnel,
  type TunnelCounters,
  type TunnelEnd,
  type TunnelListener,
} from '#libs/tunnel';
import {
  countersOfClient,
  countersOfUpstream,
  isClosing,
  type CounterPages,
  type SlotCounters,
} from './counter-pages.js';
import { generationOf, idOf, slotOf } from './engine-id.js';
import { narrowerLanes } from './join-input.js';
import type { Outbox } from './outbox.js';

const maxReasonBytes = 123;
const encoder = new TextEncoder();
const noCounters: SlotCounters = [];

/** The observers of a connection, and what reports the frames that the engine tapped to them. */
interface Observation {
  observers: ObserverList;
  reporters: Record<FrameSender, FrameReporter>;
}

/**
 * A connection that the engine relays. Commands go to the engine's outbox; counters are read from shared
 * memory. Thousands of idle ones are kept, so it has no more than it needs: slot and generation are small
 * integers, which an id is not, and what only few connections need is created for them.
 */
export class EngineTunnel implements Tunnel {
  readonly #slot: number;
  readonly #generation: number;
  #observation: Observation | null = null;
  /** The reason of the first close; null until then. */
  #closeReason: string | null = null;
  /** The counters as they were at the end; null until then. */
  #lastCounters: SlotCounters | null = null;

  constructor(
    private readonly pages: CounterPages,
    private readonly outbox: Outbox,
    id: number,
    private readonly listener: TunnelListener,
  ) {
    this.#slot = slotOf(id);
    this.#generation = generationOf(id);
  }

  /** Receives the frames that the engine tapped; null until the connection is first observed. */
  get reporters(): Record<FrameSender, FrameReporter> | null {
    return this.#observation?.reporters ?? null;
  }

  get isClosing(): boolean {
    return this.#closeReason !== null || isClosing(this.#counters());
  }

  fromClient(): TunnelCounters {
    return countersOfClient(this.#counters());
  }

  fromUpstream(): TunnelCounters {
    return countersOfUpstream(this.#counters());
  }

  bufferedBytes(): number {
    return this.#isEnded() ? 0 : this.outbox.bufferedBytes(this.#id());
  }

  close(code: number, reason: string): void {
    if (this.#isEnded()) return;
    const text = new Uint8Array(maxReasonBytes);
    const { written } = encoder.encodeInto(reason, text);
    this.outbox.close(this.#id(), code, text.subarray(0, written));
    this.#closeReason ??= reason;
  }

  setMessageLimits({ maxMessageBytes }: MessageLimits): void {
    if (!this.#isEnded()) this.outbox.maxMessageBytes(this.#id(), maxMessageBytes ?? Infinity);
  }

  setLanes(lanes: ConnectionLanes): void {
    if (!this.#isEnded()) this.outbox.setNarrowerLanes(this.#id(), narrowerLanes(lanes));
  }

  observe(observer: FrameObserver): () => void {
    this.#observation ??= createObservation();
    const { observers } = this.#observation;
    if (observers.isEmpty) this.#tap(true);
    const remove = observers.add(observer);
    return () => {
      if (remove() && observers.isEmpty) this.#tap(false);
    };
  }

  /**
   * Must be called once, when the engine reports the end. Afterwards another connection may use the slot's
   * counters.
   */
  end(end: TunnelEnd, isCommanded: boolean): void {
    this.#lastCounters = this.#counters();
    const { endedBy, closeCode } = end;
    this.listener.onEnd(isCommanded ? { endedBy, closeCode, reason: this.#closeReason } : end);
  }

  // Ids begin with generation 1, so an id of zeros is that of no connection.
  #counters(): SlotCounters {
    return this.#lastCounters ?? (this.#generation === 0 ? noCounters : this.pages.read(this.#slot));
  }

  #id(): number {
    return idOf(this.#slot, this.#generation);
  }

  #isEnded(): boolean {
    return this.#lastCounters !== null;
  }

  #tap(isOn: boolean): void {
    if (!this.#isEnded()) this.outbox.tap(this.#id(), isOn);
  }
}

function createObservation(): Observation {
  const observers = new ObserverList();
  return {
    observers,
    reporters: { client: observers.createReporter('client'), upstream: observers.createReporter('upstream') },
  };
}
