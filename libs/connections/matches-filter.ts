import { idPrefixAt, type ConnectionFilter } from '#libs/contract';
import { idleMs } from './connection-values.js';
import type { LiveConnection } from './live-connection.js';

/** Whether a connection matches a filter; a field that the filter omits matches every connection. */
export function matchesFilter(connection: LiveConnection, filter: ConnectionFilter): boolean {
  const { id, tenant, route, apiKey, clientAddress } = connection;
  return (
    isOrAny(filter.connectionId, id) &&
    isOrAny(filter.tenantId, tenant.id) &&
    (filter.tenantIds?.includes(tenant.id) ?? true) &&
    isOrAny(filter.routeId, route.id) &&
    isOrAny(filter.apiKeyId, apiKey?.id) &&
    isOrAny(filter.clientAddress, clientAddress) &&
    isOfUpstream(connection, filter.upstreamUrl) &&
    isOpenedWithin(id, filter) &&
    isIdleWithin(connection, filter)
  );
}

function isOrAny(wanted: string | undefined, actual: string | undefined): boolean {
  return wanted === undefined || wanted === actual;
}

function isOfUpstream(
  { upstreamUrl, listedUpstreamUrl }: LiveConnection,
  wanted: string | undefined,
): boolean {
  return wanted === undefined || wanted === upstreamUrl || wanted === listedUpstreamUrl;
}

// Ids sort by time, and comparing them is cheaper than reading it.
function isOpenedWithin(id: string, { openedAfter, openedBefore }: ConnectionFilter): boolean {
  if (openedAfter !== undefined && id < idPrefixAt('connection', openedAfter)) return false;
  return openedBefore === undefined || id < idPrefixAt('connection', openedBefore);
}

function isIdleWithin(connection: LiveConnection, { minIdleMs, maxIdleMs }: ConnectionFilter): boolean {
  if (minIdleMs === undefined && maxIdleMs === undefined) return true;
  const idle = idleMs(connection, Date.now());
  return idle >= (minIdleMs ?? 0) && idle <= (maxIdleMs ?? Number.POSITIVE_INFINITY);
}
