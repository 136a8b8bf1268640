import { randomBytes } from 'node:crypto';
import { newId, type ConfigEntry } from '#libs/contract';
import type { StickyKeyRow } from '../database/entities/sticky-key.entity.js';

// It is not a `Resource`: documents, plans, the audit trail and answers must not contain it.

/** The first key of a tenant. */
export function newStickyKey(tenantId: string, at: string): StickyKeyRow {
  return { id: newId('stickyKey'), tenantId, secret: newSecret(), previousSecret: null, rotatedAt: at };
}

/** The key with a new secret. At most the last previous secret is kept. */
export function rotatedStickyKey(
  { id, tenantId, secret }: StickyKeyRow,
  { at, keepPrevious }: { at: string; keepPrevious: boolean },
): StickyKeyRow {
  const previousSecret = keepPrevious ? secret : null;
  return { id, tenantId, secret: newSecret(), previousSecret, rotatedAt: at };
}

/** The key as gateways receive it. */
export function stickyKeyEntry({ id, tenantId, secret, previousSecret }: StickyKeyRow): ConfigEntry {
  return { kind: 'stickyKey', id, value: { id, tenantId, secret, previousSecret } };
}

function newSecret(): string {
  return randomBytes(32).toString('hex');
}
