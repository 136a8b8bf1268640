import type { PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';
import { prefixOf, type SecretCheck } from './api-key.js';

export interface KeyCheck {
  /** The key as the client wrote it; null when there is none. */
  presented: string | null;
  /** A route whose `auth.mode` is `apiKey`. Null: only the secret and its time are checked. */
  route: Pick<PublishedRoute, 'id'> | null;
  /** The tenant of the route. */
  tenant: Pick<PublishedTenant, 'id'>;
  findByPrefix: (prefix: string) => PublishedApiKey | null;
  hasSecret: SecretCheck;
  /** Milliseconds since 1970. */
  now: number;
}

export type KeyUseResult =
  { ok: true } | { ok: false; code: 'key_expired' } | { ok: false; code: 'key_forbidden'; detail: string };

export type KeyCheckResult =
  | { ok: true; apiKey: PublishedApiKey; prefix: string }
  | { ok: false; code: 'key_required' | 'key_invalid' }
  | Extract<KeyUseResult, { ok: false }>;

// Compared with if the key is unknown, so that it takes as long as a key with a wrong secret.
const noSecretHash = '0'.repeat(64);

/**
 * Whether a key admits a client on a route. Unknown, revoked and foreign keys and wrong secrets get the same
 * answer, so that it does not reveal which keys exist.
 */
export function checkKey({
  presented,
  route,
  tenant,
  findByPrefix,
  hasSecret,
  now,
}: KeyCheck): KeyCheckResult {
  if (presented === null) return { ok: false, code: 'key_required' };
  const presentedPrefix = prefixOf(presented);
  const apiKey = findByPrefix(presentedPrefix);
  const known = apiKey && knownSecret(apiKey, presentedPrefix);
  const isSame = hasSecret(presented, known?.secretHash ?? noSecretHash);
  if (known === null || !isSame || apiKey?.tenantId !== tenant.id) return { ok: false, code: 'key_invalid' };
  if (isPast(known.expiresAt, now)) return { ok: false, code: 'key_expired' };
  const use = route === null ? checkKeyTime(apiKey, now) : checkKeyUse(apiKey, route, now);
  // Not the presented prefix: in V8 a substring retains the whole string, which is the key with its secret.
  return use.ok ? { ok: true, apiKey, prefix: known.prefix } : use;
}

// A key that was rotated with a grace period has two secrets, each with its own prefix.
function knownSecret(
  { prefix, secretHash, previous }: PublishedApiKey,
  presentedPrefix: string,
): { prefix: string; secretHash: string; expiresAt: string | null } | null {
  if (presentedPrefix === prefix) return { prefix, secretHash, expiresAt: null };
  return presentedPrefix === previous?.prefix ? previous : null;
}

/** Whether a key that was proved, by its secret or by a ticket, admits a client on a route now. */
export function checkKeyUse(
  apiKey: PublishedApiKey,
  route: Pick<PublishedRoute, 'id'>,
  now: number,
): KeyUseResult {
  const time = checkKeyTime(apiKey, now);
  if (!time.ok) return time;
  if (!apiKey.scopes.includes('connect')) return forbidden('the key does not have the scope "connect"');
  if (apiKey.routeIds !== null && !apiKey.routeIds.includes(route.id)) {
    return forbidden('the key is not for this route');
  }
  return { ok: true };
}

/**
 * Whether a key that was proved earlier still admits its client. `current` is the current key, null if it was
 * revoked or deleted; `prefix` is the prefix of the secret that proved it, null for a ticket.
 */
export function checkProvedKey(
  current: PublishedApiKey | null,
  prefix: string | null,
  route: Pick<PublishedRoute, 'id'>,
  now: number,
): KeyUseResult | { ok: false; code: 'key_invalid' } {
  if (current === null) return { ok: false, code: 'key_invalid' };
  const use = checkKeyUse(current, route, now);
  if (!use.ok || prefix === null) return use;
  const known = knownSecret(current, prefix);
  if (known === null) return { ok: false, code: 'key_invalid' };
  return isPast(known.expiresAt, now) ? { ok: false, code: 'key_expired' } : use;
}

function checkKeyTime({ expiresAt }: PublishedApiKey, now: number): KeyUseResult {
  return isPast(expiresAt, now) ? { ok: false, code: 'key_expired' } : { ok: true };
}

function isPast(moment: string | null, now: number): boolean {
  return moment !== null && Date.parse(moment) <= now;
}

function forbidden(detail: string): KeyUseResult {
  return { ok: false, code: 'key_forbidden', detail };
}
