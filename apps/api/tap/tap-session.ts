import type { Connection } from '#libs/contract';
import type { Fleet, FleetEvent, FleetRequest } from '#libs/fleet';
import type { TapWatcher } from './tap-watcher.js';

/** How long a gateway taps without being asked again. */
const usualLeaseMs = 15_000;
const timeoutMs = 1000;

export interface TapTarget {
  tapId: string;
  connection: Pick<Connection, 'id' | 'gatewayId'>;
  payloadBytes: number;
}

type Lease = 'held' | 'notFound' | 'refused' | 'silent';

/**
 * One tap: it keeps the lease at the gateway of the connection, and hands what that gateway tells to the watcher. Events
 * have to be listened to before the lease is taken, so that no frame is missed.
 */
export class TapSession {
  private timer: NodeJS.Timeout | null = null;
  private heldAtMs = 0;
  private isEnded = false;

  constructor(
    private readonly fleet: Fleet,
    private readonly watcher: TapWatcher,
    private readonly target: TapTarget,
    private readonly leaseMs = usualLeaseMs,
  ) {}

  /** Begins, and from then on renews in time; rejects with a `RedisError` when the gateways cannot be reached. */
  async begin(): Promise<Lease> {
    const lease = await this.askForLease();
    if (lease !== 'held' || this.isEnded) return lease;
    this.heldAtMs = performance.now();
    this.timer = setInterval(() => void this.renew(), this.leaseMs / 3);
    return lease;
  }

  hear(event: FleetEvent): void {
    const { tapId, connection } = this.target;
    if (event.type === 'tapFrames' && event.tapId === tapId) {
      if (event.omitted > 0) this.watcher.leaveOut(event.omitted);
      this.watcher.show(event.frames);
    } else if (event.type === 'tapEnded' && event.tapId === tapId) {
      this.finish(1000, 'connection ended');
    } else if (event.type === 'gatewayStopped' && event.gateway.id === connection.gatewayId) {
      this.finish(1011, 'gateway lost');
    }
  }

  /** Nobody watches any more: the gateway is told, as far as it can be. Safe to call twice. */
  end(): void {
    if (this.isEnded) return;
    this.stop();
    const { tapId, connection } = this.target;
    this.fleet.ask(connection.gatewayId, 'endTap', { tapId }, timeoutMs).catch(() => undefined);
  }

  private async renew(): Promise<void> {
    this.watcher.tellOmitted();
    const lease = await this.askForLease().catch((): Lease => 'silent');
    if (this.isEnded) return;
    if (lease === 'held') this.heldAtMs = performance.now();
    else if (lease === 'notFound') this.finish(1000, 'connection ended');
    else if (performance.now() - this.heldAtMs >= this.leaseMs) this.finish(1011, 'gateway lost');
  }

  private async askForLease(): Promise<Lease> {
    const { tapId, connection, payloadBytes } = this.target;
    const { id: connectionId, gatewayId } = connection;
    const question: FleetRequest<'tapConnection'> = {
      tapId,
      connectionId,
      payloadBytes,
      leaseMs: this.leaseMs,
    };
    const { answers } = await this.fleet.ask(gatewayId, 'tapConnection', question, timeoutMs);
    const [given] = answers;
    if (given === undefined) return 'silent';
    if (!given.answer.isFound) return 'notFound';
    return given.answer.isRefused ? 'refused' : 'held';
  }

  // There is nothing left at the gateway that could be ended.
  private finish(code: number, reason: string): void {
    this.stop();
    this.watcher.close(code, reason);
  }

  private stop(): void {
    this.isEnded = true;
    if (this.timer !== null) clearInterval(this.timer);
  }
}
