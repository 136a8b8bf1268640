import { timeOf, type ClosedConnection, type ConnectionFilter } from '#libs/contract';
import type { FleetRequest } from '#libs/fleet';
import type { EndedRecord } from '#libs/pipeline';

type Query = FleetRequest<'listClosedConnections'>;

/** A record without its path, which may have 32 KiB, and with its end. */
interface ClosedEntry extends Omit<ClosedConnection, 'since' | 'closedAt' | 'gatewayId'> {
  closedAtMs: number;
}

const capacity = 1000;

/** The last 1,000 connections of this gateway that have ended, in a ring: about 500 KB. */
export class ClosedConnections {
  readonly #ring: ClosedEntry[] = [];
  #next = 0;

  constructor(
    private readonly gatewayId: string,
    private readonly nowMs: () => number,
  ) {}

  add(record: EndedRecord): void {
    const { fromClient, fromUpstream } = record;
    this.#ring[this.#next] = {
      id: record.connectionId,
      tenantId: record.tenantId,
      routeId: record.routeId,
      apiKeyId: record.apiKeyId,
      clientAddress: record.clientAddress,
      upstreamUrl: record.upstreamUrl ?? '',
      subprotocol: record.subprotocol,
      endedBy: record.endedBy,
      closeCode: record.closeCode,
      reason: record.reason,
      durationMs: record.durationMs,
      closedAtMs: this.nowMs(),
      fromClient: { messages: fromClient.messages, bytes: fromClient.bytes },
      fromUpstream: { messages: fromUpstream.messages, bytes: fromUpstream.bytes },
    };
    this.#next = (this.#next + 1) % capacity;
  }

  /** The matching ones before a place, newest first, at most `limit`. */
  list({ filter, endedBy, closeCode, closedAfter, before, limit }: Query): ClosedConnection[] {
    const sinceMs = closedAfter === undefined ? 0 : Date.parse(closedAfter);
    const matching = this.#ring.filter(
      (entry) =>
        entry.closedAtMs >= sinceMs &&
        (endedBy === undefined || entry.endedBy === endedBy) &&
        (closeCode === undefined || entry.closeCode === closeCode) &&
        (before === null || compareNewestFirst(entry, before) > 0) &&
        matches(entry, filter),
    );
    matching.sort(compareNewestFirst);
    return matching.slice(0, limit).map((entry) => this.#describe(entry));
  }

  #describe({ closedAtMs, ...entry }: ClosedEntry): ClosedConnection {
    const since = timeOf(entry.id).toISOString();
    const closedAt = new Date(closedAtMs).toISOString();
    return { gatewayId: this.gatewayId, since, closedAt, ...entry };
  }
}

interface ClosedPlace {
  closedAtMs: number;
  id: string;
}

function compareNewestFirst(one: ClosedPlace, other: ClosedPlace): number {
  return other.closedAtMs - one.closedAtMs || (one.id > other.id ? -1 : Number(one.id !== other.id));
}

function matches(entry: ClosedEntry, filter: ConnectionFilter): boolean {
  const { tenantId, tenantIds, routeId, apiKeyId, clientAddress, upstreamUrl } = filter;
  return (
    (tenantId === undefined || entry.tenantId === tenantId) &&
    (tenantIds?.includes(entry.tenantId) ?? true) &&
    (routeId === undefined || entry.routeId === routeId) &&
    (apiKeyId === undefined || entry.apiKeyId === apiKeyId) &&
    (clientAddress === undefined || entry.clientAddress === clientAddress) &&
    (upstreamUrl === undefined || entry.upstreamUrl === upstreamUrl)
  );
}
