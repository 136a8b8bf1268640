import type { ConfigKind } from '#libs/contract';
import type { OutboxRow } from '../publishing/outbox-row.entity.js';

/** What `/v1/events` says of one committed change: what it named, and nothing that is secret. */
export interface ChangeEvent {
  type: 'change';
  revision: number;
  committedAt: string;
  tenantId: string;
  entries: { kind: ConfigKind; id: string; op: 'put' | 'delete' }[];
}

export function changeEventOf({ revision, committedAt, tenantId, entries }: OutboxRow): ChangeEvent {
  const named = entries.map(
    ({ kind, id, value }) => ({ kind, id, op: value === null ? 'delete' : 'put' }) as const,
  );
  return { type: 'change', revision, committedAt, tenantId, entries: named };
}
