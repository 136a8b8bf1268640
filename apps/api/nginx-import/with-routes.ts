import { freeName, type ImportedRoute } from '#libs/nginx-import';
import { documentOf } from '../configuration/document-of-rows.js';
import type { ConfigurationDocument, TenantWithLists } from '../configuration/configuration-document.js';
import { notFound } from '../http/references.js';
import { ProblemError } from '../http/problem-error.js';
import type { ConfigurationRows } from '../plans/plan.js';
import { resources } from '../resources/resources.js';
import { routeDocumentSchema, type RouteDocument } from '../resources/route-document.js';
import { tenantDocumentSchema } from '../resources/tenant.js';

/**
 * The configuration with these routes at a tenant, in place of those that match the same. Throws
 * `route_conflict` where another enabled route has the host and path of one.
 */
export async function withRoutes(
  rows: ConfigurationRows,
  reference: string,
  imported: readonly ImportedRoute[],
): Promise<ConfigurationDocument> {
  const document = await documentOf(rows);
  const tenant = tenantIn(document, reference);
  const { naturalKeyOf } = resources.routes;
  const known = new Map(tenant.routes.map((route) => [naturalKeyOf(route), route]));
  const added = imported.map(({ route }): RouteDocument => {
    const parsed = routeDocumentSchema.parse(route);
    const id = known.get(naturalKeyOf(parsed))?.id;
    return id === undefined ? parsed : { ...parsed, id };
  });
  const replaced = new Set(added.map(naturalKeyOf));
  tenant.routes = tenant.routes.filter((route) => !replaced.has(naturalKeyOf(route)));
  requireFree(document, added, imported);
  tenant.routes.push(...withFreeNames(added, tenant.routes));
  return document;
}

// A file may be imported again with other routes on the same lines.
function withFreeNames(added: readonly RouteDocument[], others: readonly RouteDocument[]): RouteDocument[] {
  const taken = new Set(others.map(({ name }) => name));
  return added.map((route) => ({ ...route, name: freeName(route.name, taken) }));
}

function tenantIn(document: ConfigurationDocument, reference: string): TenantWithLists {
  const found = document.tenants.find(({ id, slug }) => id === reference || slug === reference);
  if (found !== undefined) return found;
  const created = tenantDocumentSchema.safeParse({ slug: reference });
  // An id is not a slug.
  if (!created.success) throw notFound('tenant');
  const tenant = { ...created.data, routes: [], apiKeys: [] };
  document.tenants.push(tenant);
  return tenant;
}

function requireFree(
  { tenants }: ConfigurationDocument,
  added: readonly RouteDocument[],
  imported: readonly ImportedRoute[],
): void {
  const owners = new Map<string, string>();
  for (const { slug, routes } of tenants) {
    for (const route of routes) for (const { value } of claimsOf(route)) if (value) owners.set(value, slug);
  }
  const errors = added.flatMap((route, index) =>
    claimsOf(route).flatMap(({ value }) => {
      const slug = owners.get(value ?? '');
      if (slug === undefined) return [];
      const { file = '', line = 0 } = imported[index] ?? {};
      const message = `line ${line}: the tenant "${slug}" has another enabled route with the host and path ${value ?? ''}`;
      return [{ field: `files.${file}`, message }];
    }),
  );
  if (errors.length > 0) throw new ProblemError('route_conflict', { errors: errors.slice(0, 100) });
}

function claimsOf(route: RouteDocument): { value: string | undefined }[] {
  return resources.routes.documentUniquesOf(route);
}
