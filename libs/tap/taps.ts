import type { LiveConnection } from '#libs/connections';
import type { FleetEvent } from '#libs/fleet';
import { Tap } from './tap.js';

export interface TapRequest {
  tapId: string;
  /** The number of bytes to publish of each payload; 0: none. */
  payloadBytes: number;
  /** Milliseconds after which the tap ends unless it is renewed. */
  leaseMs: number;
}

const maxTaps = 16;

/** The taps on connections of this gateway. */
export class Taps {
  readonly #taps = new Map<string, Tap>();

  constructor(private readonly publish: (event: FleetEvent) => void) {}

  get size(): number {
    return this.#taps.size;
  }

  /**
   * Starts a tap, or only renews the lease of a running tap. Returns false if this gateway has the maximum
   * number of taps.
   */
  tap(connection: LiveConnection, { tapId, payloadBytes, leaseMs }: TapRequest): boolean {
    const running = this.#taps.get(tapId);
    if (running?.connectionId === connection.id) {
      running.renew(leaseMs);
      return true;
    }
    this.end(tapId);
    if (this.#taps.size >= maxTaps) return false;
    const onLapsed = (): void => this.end(tapId);
    const tap = new Tap({ tapId, connection, payloadBytes, publish: this.publish, onLapsed });
    tap.renew(leaseMs);
    this.#taps.set(tapId, tap);
    return true;
  }

  /** Ends a tap; safe to call for an ended tap. */
  end(tapId: string): void {
    this.#taps.get(tapId)?.end();
    this.#taps.delete(tapId);
  }

  /** Call it when a connection has ended; publishes the end to its taps. */
  connectionEnded(connectionId: string): void {
    for (const [tapId, tap] of this.#taps) {
      if (tap.connectionId !== connectionId) continue;
      this.end(tapId);
      this.publish({ type: 'tapEnded', tapId });
    }
  }

  stop(): void {
    for (const tapId of [...this.#taps.keys()]) this.end(tapId);
  }
}
