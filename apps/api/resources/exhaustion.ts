import type { ConfigEntry, PublishedExhaustion } from '#libs/contract';

// An exhaustion is not a `Resource`: Sluice creates it, and documents, plans and the audit trail must not
// contain it.

/** A quota that is used up, as gateways receive it. */
export function exhaustionEntry({
  id,
  tenantId,
  subjectId,
  until,
  closesLive,
}: PublishedExhaustion): ConfigEntry {
  return { kind: 'exhaustion', id, value: { id, tenantId, subjectId, until, closesLive } };
}

/** The deletion of an exhaustion, when its quota is no longer used up. */
export function endOfExhaustion({ id }: Pick<PublishedExhaustion, 'id'>): ConfigEntry {
  return { kind: 'exhaustion', id, value: null };
}
