import { isDeepStrictEqual } from 'node:util';
import { WorkSlice } from '#libs/async';
import { newId, type RouteCreate, type Tenant } from '#libs/contract';
import type { ApiKeyRow } from '../database/entities/api-key.entity.js';
import { placeOf, type RouteRow } from '../database/entities/route.entity.js';
import type {
  ConfigurationDocument,
  DocumentApiKey,
  DocumentRoute,
  DocumentTenant,
} from './configuration-document.js';
import { byTenant, type ConfigurationRows } from './configuration-rows.js';
import { refuse } from './document-rules.js';
import { eachInSlices } from './each-in-slices.js';
import { Leftover } from './leftover.js';
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

export function isEmpty({ tenants, routes, apiKeys }: ConfigurationPlan): boolean {
  return tenants.length + routes.length + apiKeys.length === 0;
}

/** How to get from what is declared to what the document says; throws for a document that cannot be had. */
export async function planConfiguration(
  current: ConfigurationRows,
  document: ConfigurationDocument,
  at: string,
): Promise<ConfigurationPlan> {
  const planning = new Planning(current, at);
  await planning.follow(document);
  return planning.plan;
}

/** How to get rid of some tenants and of all that is theirs. */
export function planDeletion({ tenants, routes, apiKeys }: ConfigurationRows): ConfigurationPlan {
  return { tenants: deletionsOf(tenants), routes: deletionsOf(routes), apiKeys: deletionsOf(apiKeys) };
}

function deletionsOf<Row>(rows: readonly Row[]): Step<Row>[] {
  return rows.map((before) => ({ before, after: null }));
}

interface Place {
  tenantId: string;
  field: string;
}

class Planning {
  readonly plan: ConfigurationPlan = { tenants: [], routes: [], apiKeys: [] };
  private readonly slice = new WorkSlice();
  private readonly routes: Map<string, RouteRow[]>;
  private readonly apiKeys: Map<string, ApiKeyRow[]>;

  constructor(
    private readonly current: ConfigurationRows,
    private readonly at: string,
  ) {
    this.routes = byTenant(current.routes);
    this.apiKeys = byTenant(current.apiKeys);
  }

  async follow({ tenants }: ConfigurationDocument): Promise<void> {
    const left = new Leftover(this.current.tenants, ({ slug }) => slug);
    const found = findAll(tenants, left, ({ slug }) => slug);
    for (const [index, wanted] of tenants.entries()) {
      const before = found.get(wanted) ?? null;
      const after = tenantAfter(wanted, before, this.at);
      addStep(this.plan.tenants, before, after);
      const place = { tenantId: after.id, field: `tenants.${index}` };
      await this.planRoutes(wanted.routes, place);
      await this.planApiKeys(wanted.apiKeys, place);
    }
    for (const tenant of left.rest()) {
      addStep(this.plan.tenants, tenant, null);
      for (const route of this.routes.get(tenant.id) ?? []) addStep(this.plan.routes, route, null);
      for (const apiKey of this.apiKeys.get(tenant.id) ?? []) addStep(this.plan.apiKeys, apiKey, null);
    }
  }

  private async planRoutes(routes: readonly DocumentRoute[], { tenantId, field }: Place): Promise<void> {
    const left = new Leftover(this.routes.get(tenantId) ?? [], ({ definition }) => matchText(definition));
    const found = findAll(routes, left, matchText);
    const plan = (wanted: DocumentRoute, index: number): void => {
      const before = found.get(wanted) ?? null;
      const definition = routeDefinition(wanted, before?.definition ?? null, `${field}.routes.${index}`);
      const after = routeAfter(wanted, before, definition, { tenantId, at: this.at });
      addStep(this.plan.routes, before, after);
    };
    await eachInSlices(routes, plan, this.slice);
    for (const row of left.rest()) addStep(this.plan.routes, row, null);
  }

  private async planApiKeys(apiKeys: readonly DocumentApiKey[], { tenantId, field }: Place): Promise<void> {
    const left = new Leftover(this.apiKeys.get(tenantId) ?? [], ({ prefix }) => prefix);
    const found = findAll(apiKeys, left, ({ prefix }) => prefix);
    const plan = (wanted: DocumentApiKey, index: number): void => {
      const before = found.get(wanted) ?? null;
      const after = apiKeyAfter(wanted, before, { tenantId, at: this.at });
      if (before !== null && before.revokedAt !== null && after.revokedAt === null) {
        const message = 'the key is revoked and stays so; give it its revokedAt, or make another one';
        refuse('key_revoked', [{ field: `${field}.apiKeys.${index}.revokedAt`, message }]);
      }
      addStep(this.plan.apiKeys, before, after);
    };
    await eachInSlices(apiKeys, plan, this.slice);
    for (const row of left.rest()) addStep(this.plan.apiKeys, row, null);
  }
}

/** What is meant by an id goes first, so that what else names things finds only those that no id has found. */
function findAll<Wanted extends { id?: string | undefined }, Row extends { id: string }>(
  things: readonly Wanted[],
  left: Leftover<Row>,
  nameOf: (wanted: Wanted) => string,
): Map<Wanted, Row> {
  const found = new Map<Wanted, Row>();
  for (const wanted of things) {
    const row = left.takeById(wanted.id);
    if (row !== null) found.set(wanted, row);
  }
  for (const wanted of things) {
    const row = wanted.id === undefined ? left.takeByName(nameOf(wanted)) : null;
    if (row !== null) found.set(wanted, row);
  }
  return found;
}

function matchText({ match: { host, path, pathType } }: Pick<DocumentRoute, 'match'>): string {
  return `${pathType} ${host}${path}`;
}

interface Making {
  tenantId: string;
  at: string;
}

function routeAfter(
  wanted: DocumentRoute,
  before: RouteRow | null,
  definition: RouteCreate,
  { tenantId, at }: Making,
): RouteRow {
  const same = before !== null && isDeepStrictEqual(before.definition, definition);
  const id = before?.id ?? wanted.id ?? newId('route');
  const createdAt = before?.createdAt ?? at;
  return {
    id,
    tenantId,
    ...placeOf(definition),
    definition,
    createdAt,
    updatedAt: same ? before.updatedAt : at,
  };
}

function tenantAfter(wanted: DocumentTenant, before: Tenant | null, at: string): Tenant {
  const { slug, name = slug, status, hosts, limits } = wanted;
  const fields = { slug, name, status, hosts, limits };
  if (before === null) return { id: wanted.id ?? newId('tenant'), ...fields, createdAt: at, updatedAt: at };
  const after = { ...before, ...fields };
  return isDeepStrictEqual({ ...before }, after) ? before : { ...after, updatedAt: at };
}

function apiKeyAfter(wanted: DocumentApiKey, before: ApiKeyRow | null, { tenantId, at }: Making): ApiKeyRow {
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
