import type { LiveConnection } from '#libs/connections';
import type { FleetEvent } from '#libs/fleet';
import type { EndedRecord } from '#libs/pipeline';

/** The maximum number of events published in a second; further events are counted and omitted. */
export interface EventBounds {
  ofTenant: number;
  ofGateway: number;
  /**
   * The number of tenants whose counts of omitted events are published in a second; the others follow a
   * second later.
   */
  omissions: number;
}

interface Omitted {
  opened: number;
  closed: number;
}

const defaultBounds: EventBounds = { ofTenant: 50, ofGateway: 200, omissions: 100 };
const intervalMs = 1000;

/**
 * Publishes opened and closed connections to the fleet at a bounded rate, so that a reconnect storm overloads
 * neither this gateway nor the bus. Has a timer only for a second after an event, and while counts are left
 * to publish.
 */
export class ConnectionEvents {
  readonly #publishedByTenant = new Map<string, number>();
  readonly #omitted = new Map<string, Omitted>();
  #published = 0;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(
    private readonly gatewayId: string,
    private readonly publish: (event: FleetEvent) => void,
    private readonly bounds: EventBounds = defaultBounds,
  ) {}

  opened({ id, tenant, route, apiKey, clientAddress }: LiveConnection): void {
    if (!this.#take(tenant.id, 'opened')) return;
    const subject = { id, tenantId: tenant.id, routeId: route.id, apiKeyId: apiKey?.id ?? null };
    const connection = { gatewayId: this.gatewayId, clientAddress, ...subject };
    this.publish({ type: 'connectionOpened', at: new Date().toISOString(), connection });
  }

  closed(record: EndedRecord): void {
    const { connectionId: id, tenantId, routeId, apiKeyId, clientAddress } = record;
    if (!this.#take(tenantId, 'closed')) return;
    const { endedBy, closeCode, reason, durationMs, fromClient, fromUpstream } = record;
    this.publish({
      type: 'connectionClosed',
      at: new Date().toISOString(),
      connection: { id, tenantId, routeId, apiKeyId, gatewayId: this.gatewayId, clientAddress },
      endedBy,
      closeCode,
      reason,
      durationMs,
      fromClient: { messages: fromClient.messages, bytes: fromClient.bytes },
      fromUpstream: { messages: fromUpstream.messages, bytes: fromUpstream.bytes },
    });
  }

  /** Publishes the counts of events omitted so far, and nothing afterwards. */
  stop(): void {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#publishOmitted();
  }

  /** Whether the event is within the bounds; otherwise it is counted as omitted. */
  #take(tenantId: string, kind: keyof Omitted): boolean {
    if (this.#isStopped) return false;
    this.#timer ??= setTimeout(() => this.#endSecond(), intervalMs);
    const ofTenant = this.#publishedByTenant.get(tenantId) ?? 0;
    if (ofTenant < this.bounds.ofTenant && this.#published < this.bounds.ofGateway) {
      this.#published += 1;
      this.#publishedByTenant.set(tenantId, ofTenant + 1);
      return true;
    }
    const omitted = this.#omitted.get(tenantId);
    if (omitted) omitted[kind] += 1;
    else this.#omitted.set(tenantId, { opened: 0, closed: 0, [kind]: 1 });
    return false;
  }

  #endSecond(): void {
    this.#timer = null;
    this.#published = 0;
    this.#publishedByTenant.clear();
    this.#publishOmitted();
    if (this.#omitted.size > 0) this.#timer = setTimeout(() => this.#endSecond(), intervalMs);
  }

  #publishOmitted(): void {
    const at = new Date().toISOString();
    let left = this.bounds.omissions;
    for (const [tenantId, counts] of this.#omitted) {
      if (left === 0) return;
      left -= 1;
      this.#omitted.delete(tenantId);
      this.publish({ type: 'connectionsOmitted', at, gatewayId: this.gatewayId, tenantId, ...counts });
    }
  }
}
