import type { LiveConnection } from '#libs/connections';
import type { FleetEvent } from '#libs/fleet';
import type { EndedRecord } from '#libs/pipeline';

/** Events that may be told in a second; what is above is counted and left out. */
export interface EventBounds {
  ofTenant: number;
  ofGateway: number;
  /** How many tenants are told in a second what was left out; the others a second later. */
  omissions: number;
}

interface Omitted {
  opened: number;
  closed: number;
}

const defaultBounds: EventBounds = { ofTenant: 50, ofGateway: 200, omissions: 100 };
const intervalMs = 1000;

/**
 * Tells the fleet which connections opened and closed, at a bounded rate: a reconnect storm must cost neither this
 * gateway nor the bus more than a quiet second does. Without anything to tell it has no timer.
 */
export class ConnectionEvents {
  readonly #toldOfTenant = new Map<string, number>();
  readonly #omitted = new Map<string, Omitted>();
  #told = 0;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(
    private readonly gatewayId: string,
    private readonly tell: (event: FleetEvent) => void,
    private readonly bounds: EventBounds = defaultBounds,
  ) {}

  opened({ id, tenant, route, apiKey, clientAddress }: LiveConnection): void {
    if (!this.#mayTell(tenant.id, 'opened')) return;
    const subject = { id, tenantId: tenant.id, routeId: route.id, apiKeyId: apiKey?.id ?? null };
    const connection = { gatewayId: this.gatewayId, clientAddress, ...subject };
    this.tell({ type: 'connectionOpened', at: new Date().toISOString(), connection });
  }

  closed(record: EndedRecord): void {
    const { connectionId: id, tenantId, routeId, apiKeyId, clientAddress } = record;
    if (tenantId === null || routeId === null || !this.#mayTell(tenantId, 'closed')) return;
    const { endedBy, closeCode, reason, durationMs, fromClient, fromUpstream } = record;
    this.tell({
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

  /** Tells what was left out so far, and no more. */
  stop(): void {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#tellOmitted();
  }

  #mayTell(tenantId: string, kind: keyof Omitted): boolean {
    if (this.#isStopped) return false;
    this.#timer ??= setTimeout(() => this.#endSecond(), intervalMs);
    const ofTenant = this.#toldOfTenant.get(tenantId) ?? 0;
    if (ofTenant < this.bounds.ofTenant && this.#told < this.bounds.ofGateway) {
      this.#told += 1;
      this.#toldOfTenant.set(tenantId, ofTenant + 1);
      return true;
    }
    const omitted = this.#omitted.get(tenantId) ?? { opened: 0, closed: 0 };
    omitted[kind] += 1;
    this.#omitted.set(tenantId, omitted);
    return false;
  }

  #endSecond(): void {
    this.#timer = null;
    this.#told = 0;
    this.#toldOfTenant.clear();
    this.#tellOmitted();
    if (this.#omitted.size > 0) this.#timer = setTimeout(() => this.#endSecond(), intervalMs);
  }

  #tellOmitted(): void {
    const at = new Date().toISOString();
    let left = this.bounds.omissions;
    for (const [tenantId, counts] of this.#omitted) {
      if (left === 0) return;
      left -= 1;
      this.#omitted.delete(tenantId);
      this.tell({ type: 'connectionsOmitted', at, gatewayId: this.gatewayId, tenantId, ...counts });
    }
  }
}
