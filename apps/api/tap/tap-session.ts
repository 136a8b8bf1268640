import type { Connection } from '#libs/contract';
import type { Fleet, FleetEvent, FleetRequest } from '#libs/fleet';
import type { TapWatcher } from './tap-watcher.js';

/** The time after which a gateway ends a tap without a renewal. */
const defaultLeaseMs = 15_000;
const timeoutMs = 1000;

export interface TapTarget {
  tapId: string;
  connection: Pick<Connection, 'id' | 'gatewayId'>;
  payloadBytes: number;
}

type Lease = 'held' | 'notFound' | 'refused' | 'unresponsive';

/**
 * One tap: it renews the lease at the gateway of the connection, and passes the frames from that gateway to
 * the watcher. The owner must listen to events before `begin`, so that no frame is missed.
 */
export class TapSession {
  #timer: NodeJS.Timeout | null = null;
  #heldAtMs = 0;
  #isEnded = false;

  constructor(
    private readonly fleet: Fleet,
    private readonly watcher: TapWatcher,
    private readonly target: TapTarget,
    private readonly leaseMs = defaultLeaseMs,
  ) {}

  /**
   * Takes the lease and keeps renewing it; rejects with a `RedisError` when the gateways cannot be reached.
   */
  async begin(): Promise<Lease> {
    const lease = await this.#requestLease();
    if (lease !== 'held' || this.#isEnded) return lease;
    this.#heldAtMs = performance.now();
    this.#timer = setInterval(() => void this.#renew(), this.leaseMs / 3);
    return lease;
  }

  handle(event: FleetEvent): void {
    const { tapId, connection } = this.target;
    if (event.type === 'tapFrames' && event.tapId === tapId) {
      if (event.omitted > 0) this.watcher.addOmitted(event.omitted);
      this.watcher.show(event.frames);
    } else if (event.type === 'tapEnded' && event.tapId === tapId) {
      this.#finish(1000, 'connection ended');
    } else if (event.type === 'gatewayStopped' && event.gateway.id === connection.gatewayId) {
      this.#finish(1011, 'gateway lost');
    }
  }

  /** Ends the tap, and notifies the gateway, best effort. Safe to call twice. */
  end(): void {
    if (this.#isEnded) return;
    this.#stop();
    const { tapId, connection } = this.target;
    this.fleet.ask(connection.gatewayId, 'endTap', { tapId }, timeoutMs).catch(() => undefined);
  }

  async #renew(): Promise<void> {
    this.watcher.reportOmitted();
    const lease = await this.#requestLease().catch((): Lease => 'unresponsive');
    if (this.#isEnded) return;
    if (lease === 'held') this.#heldAtMs = performance.now();
    else if (lease === 'notFound') this.#finish(1000, 'connection ended');
    else if (performance.now() - this.#heldAtMs >= this.leaseMs) this.#finish(1011, 'gateway lost');
  }

  async #requestLease(): Promise<Lease> {
    const { tapId, connection, payloadBytes } = this.target;
    const { id: connectionId, gatewayId } = connection;
    const request: FleetRequest<'tapConnection'> = {
      tapId,
      connectionId,
      payloadBytes,
      leaseMs: this.leaseMs,
    };
    const { answers } = await this.fleet.ask(gatewayId, 'tapConnection', request, timeoutMs);
    const [given] = answers;
    if (given === undefined) return 'unresponsive';
    if (!given.answer.isFound) return 'notFound';
    return given.answer.isRefused ? 'refused' : 'held';
  }

  // The gateway has no tap to end any more.
  #finish(code: number, reason: string): void {
    this.#stop();
    this.watcher.close(code, reason);
  }

  #stop(): void {
    this.#isEnded = true;
    if (this.#timer !== null) clearInterval(this.#timer);
  }
}
