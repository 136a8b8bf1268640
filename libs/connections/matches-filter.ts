import type { ConnectionFilter } from '#libs/contract';
import type { LiveConnection } from './live-connection.js';

/** Whether a connection matches a filter; a field that the filter omits matches every connection. */
export function matchesFilter(connection: LiveConnection, filter: ConnectionFilter): boolean {
  const { id, tenant, route, apiKey, clientAddress } = connection;
  return (
    isOrAny(filter.connectionId, id) &&
    isOrAny(filter.tenantId, tenant.id) &&
    isOrAny(filter.routeId, route.id) &&
    isOrAny(filter.apiKeyId, apiKey?.id) &&
    isOrAny(filter.clientAddress, clientAddress)
  );
}

function isOrAny(wanted: string | undefined, actual: string | undefined): boolean {
  return wanted === undefined || wanted === actual;
}
