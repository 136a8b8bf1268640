import { z } from 'zod';
import type { AuditEntry } from '../database/entities/audit-entry.entity.js';
import type { Fields } from '../http/fields.js';
import type { ShownAuditEntry } from './audit-query.js';

const stateSchema = z.record(z.string(), z.unknown());

/** An entry as the REST API and exports show it. Tenants do not see the addresses and request ids of
 * operators. */
export function shownAuditEntry(entry: AuditEntry, audience: 'operator' | 'tenant'): ShownAuditEntry {
  const { actorKind: kind, actorId: id, clientAddress, requestId, before, after, ...shown } = entry;
  const isWithheld = audience === 'tenant' && kind !== 'apiKey';
  return {
    ...shown,
    actor: { kind, id },
    clientAddress: isWithheld ? null : clientAddress,
    requestId: isWithheld ? null : requestId,
    before: stateOf(before),
    after: stateOf(after),
  };
}

function stateOf(text: string | null): Fields | null {
  return text === null ? null : stateSchema.parse(JSON.parse(text));
}
