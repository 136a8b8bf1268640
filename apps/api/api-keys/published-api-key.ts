import type { ConfigEntry } from '#libs/contract';
import type { ApiKeyRow } from './api-key.entity.js';

/** A key as gateways receive it: its secret as a SHA-256 alone. A revoked key is published as gone. */
export function apiKeyEntry(row: ApiKeyRow): ConfigEntry {
  const { id, tenantId, prefix, secretHash, scopes, routeIds, maxConnections, expiresAt } = row;
  if (row.revokedAt !== null) return { kind: 'apiKey', id, value: null };
  const value = { id, tenantId, prefix, secretHash, scopes, routeIds, maxConnections, expiresAt };
  return { kind: 'apiKey', id, value };
}
