import {
  ObserverList,
  type FrameObserver,
  type FrameReporter,
  type FrameSender,
  type MessageLimits,
  type Tunnel,
  type TunnelCounters,
  type TunnelEnd,
} from '#libs/tunnel';
import type { Outbox } from './outbox.js';

const maxReasonBytes = 123;
const encoder = new TextEncoder();
// The layout of `Counters` in libs/engine/native/src/counters.h.
const countersPerSide = 8;
const isClosingAt = 7;

export interface EngineTunnelInput {
  id: number;
  outbox: Outbox;
  /**
   * The counters of all connections of the page. The counters of this connection start at `countersAt`, the
   * client's first.
   */
  counters: Float64Array;
  countersAt: number;
  onEnd: (end: TunnelEnd) => void;
}

/**
 * A connection that the engine relays. Commands go to the engine's outbox; counters are read from shared
 * memory.
 */
export class EngineTunnel implements Tunnel {
  #counters: ArrayLike<number>;
  #countersAt: number;
  readonly #observers = new ObserverList();
  #reporters: Record<FrameSender, FrameReporter> | null = null;
  #closeReason: string | null = null;
  #isClosing = false;
  #isEnded = false;

  constructor(private readonly input: EngineTunnelInput) {
    this.#counters = input.counters;
    this.#countersAt = input.countersAt;
  }

  /** Receives the frames that the engine tapped; null until the connection is first observed. */
  get reporters(): Record<FrameSender, FrameReporter> | null {
    return this.#reporters;
  }

  get isClosing(): boolean {
    return this.#isClosing || this.#counters[this.#countersAt + isClosingAt] === 1;
  }

  fromClient(): TunnelCounters {
    return this.#countersFrom(this.#countersAt);
  }

  fromUpstream(): TunnelCounters {
    return this.#countersFrom(this.#countersAt + countersPerSide);
  }

  close(code: number, reason: string): void {
    if (this.#isEnded) return;
    const { id, outbox } = this.input;
    const text = new Uint8Array(maxReasonBytes);
    const { written } = encoder.encodeInto(reason, text);
    outbox.close(id, code, text.subarray(0, written));
    if (!this.#isClosing) this.#closeReason = reason;
    this.#isClosing = true;
  }

  setMessageLimits({ maxMessageBytes }: MessageLimits): void {
    if (!this.#isEnded) this.input.outbox.maxMessageBytes(this.input.id, maxMessageBytes ?? Infinity);
  }

  observe(observer: FrameObserver): () => void {
    this.#reporters ??= {
      client: this.#observers.createReporter('client'),
      upstream: this.#observers.createReporter('upstream'),
    };
    if (this.#observers.isEmpty) this.#tap(true);
    const remove = this.#observers.add(observer);
    return () => {
      if (remove() && this.#observers.isEmpty) this.#tap(false);
    };
  }

  /**
   * Must be called once, when the engine reports the end. Afterwards another connection may use the slot's
   * counters.
   */
  end(end: TunnelEnd, isCommanded: boolean): void {
    this.#isEnded = true;
    const counters: number[] = [];
    for (let index = 0; index < 2 * countersPerSide; index += 1) {
      counters.push(this.#counters[this.#countersAt + index] ?? 0);
    }
    this.#counters = counters;
    this.#countersAt = 0;
    const { endedBy, closeCode } = end;
    this.input.onEnd(isCommanded ? { endedBy, closeCode, reason: this.#closeReason } : end);
  }

  #tap(isOn: boolean): void {
    if (!this.#isEnded) this.input.outbox.tap(this.input.id, isOn);
  }

  #countersFrom(at: number): TunnelCounters {
    const field = (index: number): number => this.#counters[at + index] ?? 0;
    const [lastActivityAtMs, roundTripMs] = [field(4), field(5)];
    return {
      messages: field(0),
      frames: field(1),
      controlFrames: field(2),
      bytes: field(3),
      lastActivityAtMs: Number.isNaN(lastActivityAtMs) ? null : performance.timeOrigin + lastActivityAtMs,
      roundTripMs: Number.isNaN(roundTripMs) ? null : roundTripMs,
      bytesReceived: field(6),
    };
  }
}
