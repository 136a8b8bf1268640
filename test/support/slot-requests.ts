import { expect } from 'vitest';
import {
  newId,
  publishedRouteSchema,
  quotaSchema,
  tenantLimitsSchema,
  type PublishedApiKey,
  type PublishedRoute,
  type PublishedTenant,
  type TenantLimits,
} from '#libs/contract';
import type { AcquireResult, Slot, SlotRequest } from '#libs/limits';

/** A tenant with only these limits. */
export function tenantWith(limits: Partial<TenantLimits> = {}): PublishedTenant {
  const all = { ...tenantLimitsSchema.parse({ maxConnections: null }), ...limits };
  const fields = { slug: 'acme', labels: {}, status: 'active', maintenance: null } as const;
  return { id: newId('tenant'), ...fields, limits: all, quota: quotaSchema.parse({}) };
}

export function routeOf(tenant: PublishedTenant, maxConnections: number | null = null): PublishedRoute {
  const match = { path: '/' };
  const upstreams = [{ url: 'ws://10.0.0.5:9000' }];
  return publishedRouteSchema.parse({
    id: newId('route'),
    tenantId: tenant.id,
    match,
    upstreams,
    maxConnections,
  });
}

export function keyOf(tenant: PublishedTenant, maxConnections: number | null = null): PublishedApiKey {
  return {
    id: newId('apiKey'),
    tenantId: tenant.id,
    name: 'web',
    labels: {},
    prefix: 'slc_AbC123dEf456',
    scopes: ['connect'],
    routeIds: null,
    maxConnections,
    messagesPerSecond: null,
    bytesPerSecond: null,
    quota: quotaSchema.parse({}),
    expiresAt: null,
    secretHash: '0'.repeat(64),
    previous: null,
  };
}

export function requestOf(tenant: PublishedTenant, others: Partial<SlotRequest> = {}): SlotRequest {
  return { tenant, route: routeOf(tenant), apiKey: null, clientAddress: '192.0.2.1', ...others };
}

/** The slot in the answer; fails if the answer has none. */
export function slotOf(result: AcquireResult): Slot {
  return result.ok ? result.slot : expect.unreachable(`refused: ${result.code}`);
}
