import type { LiveConnection } from '#libs/connections';
import type { FleetEvent, TapFrame } from '#libs/fleet';
import { FrameTap } from './frame-tap.js';
import { defaultTapBounds } from './tap-bounds.js';

export interface TapInput {
  tapId: string;
  connection: LiveConnection;
  /** The number of bytes to publish of each payload; 0: none. */
  payloadBytes: number;
  publish(event: FleetEvent): void;
  /** Called when the lease was not renewed in time. */
  onLapsed(): void;
}

const batchMs = 50;

/** Publishes the frames of one connection, as long as its lease is renewed. */
export class Tap {
  readonly #stopObserving: () => void;
  #frames: TapFrame[] = [];
  #omitted = 0;
  #batchTimer: NodeJS.Timeout | null = null;
  #leaseTimer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(private readonly input: TapInput) {
    const { tunnel, negotiatedExtensions } = input.connection;
    const counters = { client: tunnel.fromClient(), upstream: tunnel.fromUpstream() };
    this.#stopObserving = tunnel.observe(
      new FrameTap({
        payloadBytes: input.payloadBytes,
        negotiatedExtensions,
        sidesWithoutData: (['client', 'upstream'] as const).filter((side) => counters[side].bytes === 0),
        bounds: defaultTapBounds,
        now: Date.now,
        onFrame: (frame) => this.#add(frame),
      }),
    );
  }

  get connectionId(): string {
    return this.input.connection.id;
  }

  /** Extends the tap to `leaseMs` from now. */
  renew(leaseMs: number): void {
    if (this.#leaseTimer) clearTimeout(this.#leaseTimer);
    this.#leaseTimer = setTimeout(() => this.input.onLapsed(), leaseMs);
  }

  /** Publishes the frames so far, and stops; safe to call twice. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopObserving();
    if (this.#leaseTimer) clearTimeout(this.#leaseTimer);
    if (this.#batchTimer) clearTimeout(this.#batchTimer);
    this.#publishBatch();
  }

  #add(frame: TapFrame | null): void {
    // The frame during which the tap ended is observed until its end.
    if (this.#isOver) return;
    if (frame) this.#frames.push(frame);
    else this.#omitted += 1;
    this.#batchTimer ??= setTimeout(() => this.#publishBatch(), batchMs);
  }

  #publishBatch(): void {
    this.#batchTimer = null;
    if (this.#frames.length === 0 && this.#omitted === 0) return;
    const { tapId } = this.input;
    this.input.publish({ type: 'tapFrames', tapId, frames: this.#frames, omitted: this.#omitted });
    this.#frames = [];
    this.#omitted = 0;
  }
}
