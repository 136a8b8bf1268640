import type { ConfigEntry, PublishedExhaustion } from '#libs/contract';

// It is not a `Resource`: Sluice makes it, and documents, plans and the audit trail must not contain it.

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

/** That a quota is not used up any more. */
export function endOfExhaustion({ id }: Pick<PublishedExhaustion, 'id'>): ConfigEntry {
  return { kind: 'exhaustion', id, value: null };
}
