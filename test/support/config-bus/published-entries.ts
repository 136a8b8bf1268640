import {
  newId,
  routeCreateSchema,
  publishedTenantSchema,
  tenantCreateSchema,
  type ConfigChange,
  type ConfigEntry,
  type ConfigSnapshot,
} from '#libs/contract';

/** A published tenant. */
export function tenantEntry(slug = 'acme'): ConfigEntry & { kind: 'tenant' } {
  const id = newId('tenant');
  const { labels, status, maintenance, quota } = tenantCreateSchema.parse({ slug });
  const limits = publishedTenantSchema.shape.limits.parse({});
  return { kind: 'tenant', id, value: { id, slug, labels, status, maintenance, limits, quota } };
}

/** A published route of `tenantId`. */
export function routeEntry(tenantId: string, path: string): ConfigEntry & { kind: 'route' } {
  const id = newId('route');
  const route = routeCreateSchema.parse({ match: { path }, upstreams: [{ url: 'ws://127.0.0.1:9000' }] });
  return { kind: 'route', id, value: { id, tenantId, ...route } };
}

export function changeOf(revision: number, entries: ConfigEntry[], epoch = 'epoch-1'): ConfigChange {
  return { epoch, revision, committedAt: '2026-11-22T14:00:00.000Z', entries };
}

/** The fleet name in every snapshot that tests publish. */
export const testFleetId = newId('fleet');

export function snapshotOf(revision: number, entries: ConfigEntry[], epoch = 'epoch-1'): ConfigSnapshot {
  return { epoch, revision, fleetId: testFleetId, entries };
}

/** Entries in the form in which a bus stores them. */
export function asStored(entries: ConfigEntry[]): string[] {
  return entries.map((entry) => JSON.stringify(entry));
}

export function idsOf(...entries: ConfigEntry[]): string[] {
  return entries.map((entry) => entry.id).sort();
}
