import type { ConfigEntry, PublishedApiKey } from '#libs/contract';
import type { ApiKeyRow } from '../database/entities/api-key.entity.js';

/** A key as gateways receive it: its secret as a SHA-256 alone. A revoked key is published as gone. */
export function apiKeyEntry(row: ApiKeyRow): ConfigEntry {
  const { id, tenantId, prefix, secretHash, scopes, routeIds, maxConnections, expiresAt } = row;
  if (row.revokedAt !== null) return { kind: 'apiKey', id, value: null };
  const previous = previousOf(row);
  const value = { id, tenantId, prefix, secretHash, previous, scopes, routeIds, maxConnections, expiresAt };
  return { kind: 'apiKey', id, value };
}

/** The secret before the last rotation, also where its time is over; null where there is none. */
export function previousOf(row: ApiKeyRow): PublishedApiKey['previous'] {
  const { previousPrefix: prefix, previousSecretHash: secretHash, previousExpiresAt: expiresAt } = row;
  return prefix === null || secretHash === null || expiresAt === null
    ? null
    : { prefix, secretHash, expiresAt };
}
