import type { LiveConnection } from '#libs/connections';
import type { FleetEvent } from '#libs/fleet';
import { Tap } from './tap.js';

export interface TapRequest {
  tapId: string;
  /** Bytes of each payload that are shown; 0: no payload. */
  payloadBytes: number;
  /** Milliseconds after which it ends unless it is asked for again. */
  leaseMs: number;
}

const mostTaps = 16;

/** Everyone who watches a connection of this gateway. */
export class Taps {
  readonly #taps = new Map<string, Tap>();

  constructor(private readonly tell: (event: FleetEvent) => void) {}

  get size(): number {
    return this.#taps.size;
  }

  /**
   * Begins a tap, or renews the lease of one that runs, which then stays as it is. False when this gateway has as many
   * as it may.
   */
  tap(connection: LiveConnection, { tapId, payloadBytes, leaseMs }: TapRequest): boolean {
    const running = this.#taps.get(tapId);
    if (running?.connectionId === connection.id) {
      running.renew(leaseMs);
      return true;
    }
    this.end(tapId);
    if (this.#taps.size >= mostTaps) return false;
    const onLapsed = (): void => this.end(tapId);
    const tap = new Tap({ tapId, connection, payloadBytes, tell: this.tell, onLapsed });
    tap.renew(leaseMs);
    this.#taps.set(tapId, tap);
    return true;
  }

  /** Nobody watches any more; safe to call for a tap that has ended. */
  end(tapId: string): void {
    this.#taps.get(tapId)?.end();
    this.#taps.delete(tapId);
  }

  /** To be called when a connection has ended: who watched it is told. */
  connectionEnded(connectionId: string): void {
    for (const [tapId, tap] of this.#taps) {
      if (tap.connectionId !== connectionId) continue;
      this.end(tapId);
      this.tell({ type: 'tapEnded', tapId });
    }
  }

  stop(): void {
    for (const tapId of [...this.#taps.keys()]) this.end(tapId);
  }
}
