import type { CountedLimit } from '../counted-limits.js';
import type { FieldLimit, SlotsBatch, SlotsGroup } from './redis-slots.js';
import { fieldOf, type TenantSlots } from './tenant-slots.js';
import type { WaitingRequest } from './waiting-request.js';

/** A count of a batch. */
export interface BatchField extends FieldLimit {
  kind: CountedLimit['kind'];
}

/** A batch with the requests of each of its groups. */
export interface ComposedBatch extends SlotsBatch {
  fields: readonly BatchField[];
  groups: readonly (SlotsGroup & { of: readonly WaitingRequest[] })[];
}

/**
 * Composes the batch of requests of one tenant, with the slots that it has released and not reported.
 * Requests that follow each other and are counted alike become one group. The newest request has the current
 * connect rate.
 */
export function composeBatch(tenant: TenantSlots, requests: readonly WaitingRequest[]): ComposedBatch {
  const fields: BatchField[] = [];
  const indices = new Map<string, number>();
  const groups: {
    requests: number;
    fields: number[];
    of: WaitingRequest[];
    counted: readonly CountedLimit[];
  }[] = [];
  for (const request of requests) {
    const last = groups.at(-1);
    if (last && areAlike(last.counted, request.counted)) {
      last.requests += 1;
      last.of.push(request);
      continue;
    }
    const { counted } = request;
    const own = counted.map((count) => indexOf(count, fields, indices));
    groups.push({ requests: 1, fields: own, of: [request], counted });
  }
  const tenantField = fields[0]?.field ?? '';
  return {
    tenantId: tenant.tenantId,
    connectionsPerSecond: requests.at(-1)?.connectionsPerSecond ?? null,
    heldByTenant: tenant.heldUnder(tenantField),
    tenantField,
    released: tenant.takeReleased(),
    fields,
    groups,
  };
}

function areAlike(one: readonly CountedLimit[], other: readonly CountedLimit[]): boolean {
  if (one.length !== other.length) return false;
  return one.every(({ kind, id, limit }, index) => {
    const same = other[index];
    return same?.kind === kind && same.id === id && same.limit === limit;
  });
}

// A limit may have changed between two requests, so a count may occur once with each of its limits.
function indexOf(count: CountedLimit, fields: BatchField[], indices: Map<string, number>): number {
  const { kind, limit } = count;
  const field = fieldOf(count);
  const known = indices.get(field);
  if (known !== undefined && fields[known]?.limit === limit) return known;
  const index = fields.push({ kind, field, limit }) - 1;
  indices.set(field, index);
  return index;
}
