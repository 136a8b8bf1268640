import { isDeepStrictEqual } from 'node:util';
import { newId, type Tenant } from '#libs/contract';
import type { ApiKeyRow } from '../api-keys/api-key.entity.js';
import type { RouteRow } from '../routes/route.entity.js';
import type { ConfigurationDocument, DocumentApiKey, DocumentTenant } from './configuration-document.js';
import { byTenant, type ConfigurationRows } from './configuration-rows.js';
import { refuse } from './document-rules.js';
import { routeDefinition } from './route-definition.js';

/** What becomes of one thing: made (`before` is null), changed, or deleted (`after` is null). */
export interface Step<Row> {
  before: Row | null;
  after: Row | null;
}

/** What there is to do; what stays as it is, is no part of it. */
export interface ConfigurationPlan {
  tenants: Step<Tenant>[];
  routes: Step<RouteRow>[];
  apiKeys: Step<ApiKeyRow>[];
}

/** How to get from what is declared to what the document says; throws for a document that cannot be had. */
export function planConfiguration(
  current: ConfigurationRows,
  { tenants }: ConfigurationDocument,
  at: string,
): ConfigurationPlan {
  const plan: ConfigurationPlan = { tenants: [], routes: [], apiKeys: [] };
  const owned = { routes: byTenant(current.routes), apiKeys: byTenant(current.apiKeys) };
  const left = new Leftover(current.tenants);
  // Who is named by its id goes first, so that a slug finds only those that no id has found.
  const found = new Map(tenants.map((wanted) => [wanted, left.take(({ id }) => id === wanted.id)]));
  tenants.forEach((wanted, index) => {
    const before =
      found.get(wanted) ?? left.take(({ slug }) => wanted.id === undefined && slug === wanted.slug);
    const after = tenantAfter(wanted, before, at);
    addStep(plan.tenants, before, after);
    const routes = owned.routes.get(after.id) ?? [];
    const apiKeys = owned.apiKeys.get(after.id) ?? [];
    const place = { tenantId: after.id, field: `tenants.${index}`, at };
    planRoutes(plan, new Leftover(routes), wanted, place);
    planApiKeys(plan, new Leftover(apiKeys), wanted, place);
  });
  for (const tenant of left.rest()) {
    addStep(plan.tenants, tenant, null);
    for (const route of owned.routes.get(tenant.id) ?? []) addStep(plan.routes, route, null);
    for (const apiKey of owned.apiKeys.get(tenant.id) ?? []) addStep(plan.apiKeys, apiKey, null);
  }
  return plan;
}

interface Place {
  tenantId: string;
  field: string;
  at: string;
}

function planRoutes(
  plan: ConfigurationPlan,
  left: Leftover<RouteRow>,
  { routes }: DocumentTenant,
  { tenantId, field, at }: Place,
): void {
  const found = new Map(routes.map((wanted) => [wanted, left.take(({ id }) => id === wanted.id)]));
  routes.forEach((wanted, index) => {
    const isSame = ({ definition }: RouteRow): boolean => isDeepStrictEqual(definition.match, wanted.match);
    const before = found.get(wanted) ?? left.take((row) => wanted.id === undefined && isSame(row));
    const definition = routeDefinition(wanted, before?.definition ?? null, `${field}.routes.${index}`);
    const claim = definition.enabled ? definition.match.host + definition.match.path : null;
    const same = before !== null && isDeepStrictEqual(before.definition, definition);
    const id = before?.id ?? wanted.id ?? newId('route');
    const createdAt = before?.createdAt ?? at;
    const updatedAt = same ? before.updatedAt : at;
    addStep(plan.routes, before, { id, tenantId, claim, definition, createdAt, updatedAt });
  });
  for (const row of left.rest()) addStep(plan.routes, row, null);
}

function planApiKeys(
  plan: ConfigurationPlan,
  left: Leftover<ApiKeyRow>,
  { apiKeys }: DocumentTenant,
  { tenantId, field, at }: Place,
): void {
  const found = new Map(apiKeys.map((wanted) => [wanted, left.take(({ id }) => id === wanted.id)]));
  apiKeys.forEach((wanted, index) => {
    const before =
      found.get(wanted) ?? left.take(({ prefix }) => wanted.id === undefined && prefix === wanted.prefix);
    const after = apiKeyAfter(wanted, before, { tenantId, at });
    if (before !== null && before.revokedAt !== null && after.revokedAt === null) {
      const message = 'the key is revoked and stays so; give it its revokedAt, or make another one';
      refuse('key_revoked', [{ field: `${field}.apiKeys.${index}.revokedAt`, message }]);
    }
    addStep(plan.apiKeys, before, after);
  });
  for (const row of left.rest()) addStep(plan.apiKeys, row, null);
}

function tenantAfter(wanted: DocumentTenant, before: Tenant | null, at: string): Tenant {
  const { slug, name = slug, status, hosts, limits } = wanted;
  const fields = { slug, name, status, hosts, limits };
  if (before === null) return { id: wanted.id ?? newId('tenant'), ...fields, createdAt: at, updatedAt: at };
  const after = { ...before, ...fields };
  return isDeepStrictEqual({ ...before }, after) ? before : { ...after, updatedAt: at };
}

function apiKeyAfter(
  wanted: DocumentApiKey,
  before: ApiKeyRow | null,
  { tenantId, at }: Pick<Place, 'tenantId' | 'at'>,
): ApiKeyRow {
  const { previous, id = newId('apiKey'), ...fields } = wanted;
  return {
    ...fields,
    id: before?.id ?? id,
    tenantId,
    previousPrefix: previous?.prefix ?? null,
    previousSecretHash: previous?.secretHash ?? null,
    previousExpiresAt: previous?.expiresAt ?? null,
    lastUsedAt: before?.lastUsedAt ?? null,
    createdAt: before?.createdAt ?? at,
  };
}

function addStep<Row extends object>(steps: Step<Row>[], before: Row | null, after: Row | null): void {
  // A copy: a row is an instance of no class, and its prototype must not make a difference.
  if (before !== null && after !== null && isDeepStrictEqual({ ...before }, { ...after })) return;
  steps.push({ before, after });
}

/** Rows that nothing in the document has been found to mean yet. */
class Leftover<Row> {
  private readonly rows: Set<Row>;

  constructor(rows: readonly Row[]) {
    this.rows = new Set(rows);
  }

  take(isMeant: (row: Row) => boolean): Row | null {
    for (const row of this.rows) {
      if (!isMeant(row)) continue;
      this.rows.delete(row);
      return row;
    }
    return null;
  }

  rest(): Row[] {
    return [...this.rows];
  }
}
