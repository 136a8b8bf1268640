import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import type { ApiKeyDocument } from '../resources/api-key.js';
import type { RouteDocument } from '../resources/route-document.js';
import type { ConfigurationDifference } from './configuration-difference.js';
import {
  configurationReplaceSchema,
  type ConfigurationDocument,
  type TenantWithLists,
} from './configuration-document.js';

const runs = { numRuns: 15 };
const slugs = ['acme', 'globex', 'initech'];
// Null: not in the document. A host and path, or a prefix, belongs to one tenant at most.
const owner = fc.option(fc.constantFrom(...slugs));
const routeFields = fc.record({
  owner,
  name: fc.constantFrom('', 'chat'),
  enabled: fc.boolean(),
  maxConnections: fc.constantFrom(null, 5),
  pathType: fc.constantFrom('prefix', 'exact'),
});
const keyFields = fc.record({
  owner,
  name: fc.constantFrom('web', 'app'),
  expiresAt: fc.constantFrom(null, '2099-01-01T00:00:00.000Z'),
});
const tenantFields = fc.record({
  isThere: fc.boolean(),
  name: fc.constantFrom('One', 'Other'),
  status: fc.constantFrom('active', 'suspended'),
});
const anyDocument = fc
  .record({
    tenants: fc.array(tenantFields, { minLength: slugs.length, maxLength: slugs.length }),
    routes: fc.array(routeFields, { minLength: 6, maxLength: 6 }),
    keys: fc.array(keyFields, { minLength: 4, maxLength: 4 }),
  })
  .map(documentOf);

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.remove());

test('a document applied after any other document is read back unchanged, and applying it again changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(anyDocument, anyDocument, async (one, other) => {
      for (const document of [one, other]) {
        await put(document);
        expect(plain(await exported())).toEqual(plain(document));
      }
      const revision = await api.revision();
      expect(differences(await put(other))).toBe(0);
      expect(await api.revision()).toBe(revision);
    }),
    runs,
  );
}, 60_000);

test('the difference of a dry run, applied to the old document, gives the new document', async () => {
  await fc.assert(
    fc.asyncProperty(anyDocument, anyDocument, async (one, other) => {
      await put(one);
      const before = await exported();
      const difference = await put(other, '?dryRun=true&deleteTenants=true');
      expect(plain(await exported())).toEqual(plain(one));
      expect(plain(byHand(before, difference, other))).toEqual(plain(other));
      const applied = await put(other);
      expect(namesOf(applied)).toEqual(namesOf(difference));
    }),
    runs,
  );
}, 60_000);

interface GeneratedDocument {
  tenants: { isThere: boolean; name: string; status: string }[];
  routes: { owner: string | null; name: string; pathType: string }[];
  keys: { owner: string | null; name: string }[];
}

function documentOf({ tenants, routes, keys }: GeneratedDocument): ConfigurationDocument {
  return configurationReplaceSchema.parse({
    version: 1,
    tenants: tenants.flatMap(({ isThere, ...fields }, index) => {
      const slug = slugs[index] ?? '';
      const tenant = {
        ...fields,
        slug,
        routes: ownedBy(slug, routes).map(({ pathType, at, name, ...route }) => ({
          ...route,
          name: name && `${name} ${at}`,
          match: { host: 'shared.example', path: `/${String(at)}`, pathType },
          upstreams: [{ url: 'ws://10.0.0.5' }],
        })),
        apiKeys: ownedBy(slug, keys).map(({ at, name, ...key }) => ({
          ...key,
          name: `${name} ${at}`,
          prefix: `slc_${String(at).padStart(12, '0')}`,
          secretHash: String(at).padStart(64, '0'),
        })),
      };
      return isThere ? [tenant] : [];
    }),
  });
}

/** The resources of a tenant, each with its index among all. */
function ownedBy<Thing extends { owner: string | null }>(
  slug: string,
  things: readonly Thing[],
): (Omit<Thing, 'owner'> & { at: number })[] {
  return things.flatMap(({ owner: of, ...thing }, at) => (of === slug ? [{ ...thing, at }] : []));
}

/** Applies a difference to a document without using Sluice's code. */
function byHand(
  before: ConfigurationDocument,
  { created, updated, deleted }: ConfigurationDifference,
  wanted: ConfigurationDocument,
): ConfigurationDocument {
  const gone = new Set(deleted.map(({ id }) => id));
  const stays = ({ id }: { id?: string | undefined }): boolean => !gone.has(id ?? '');
  const tenants = before.tenants.filter(stays).map((tenant) => ({
    ...tenant,
    routes: tenant.routes.filter(stays),
    apiKeys: tenant.apiKeys.filter(stays),
  }));
  const things = new Map<string | undefined, object>();
  for (const tenant of tenants)
    for (const thing of [tenant, ...tenant.routes, ...tenant.apiKeys]) things.set(thing.id, thing);
  for (const { id, changes } of updated) {
    for (const { field, after } of changes) set(things.get(id) ?? {}, field.split('.'), after);
  }
  for (const { kind, tenant: slug, name } of created) {
    const source = wanted.tenants.find((tenant) => tenant.slug === slug);
    if (source === undefined) throw new Error(`${slug} is in no document`);
    if (kind === 'tenant') tenants.push({ ...source, routes: [], apiKeys: [] });
    const target = tenants.find((tenant) => tenant.slug === slug);
    if (kind === 'route')
      target?.routes.push(...source.routes.filter(({ match }) => match.host + match.path === name));
    if (kind === 'apiKey') target?.apiKeys.push(...source.apiKeys.filter((key) => isNew(key, target, name)));
  }
  return { version: 1, tenants };
}

// Several keys can have the same name: this selects those that are not in the list yet.
function isNew(key: ApiKeyDocument, { apiKeys }: TenantWithLists, name: string): boolean {
  return key.name === name && apiKeys.every(({ prefix }) => prefix !== key.prefix);
}

function set(target: object, [name = '', ...more]: string[], value: unknown): void {
  if (more.length === 0) Reflect.set(target, name, value);
  else set(Reflect.get(target, name) as object, more, value);
}

/** Without ids, which documents need not have, and in a fixed order. */
function plain({ tenants }: ConfigurationDocument): unknown {
  const bare = (thing: object): object => ({ ...thing, id: null });
  const routeName = ({ match }: RouteDocument): string => match.host + match.path;
  return sorted(tenants, ({ slug }) => slug).map((tenant) => ({
    ...bare(tenant),
    routes: sorted(tenant.routes, routeName).map(bare),
    apiKeys: sorted(tenant.apiKeys, ({ prefix }) => prefix).map(bare),
  }));
}

function sorted<Thing>(things: readonly Thing[], nameOf: (thing: Thing) => string): Thing[] {
  return things.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

function namesOf({ created, updated, deleted }: ConfigurationDifference): string[][] {
  return [created, updated, deleted].map((things) =>
    things.map(({ kind, tenant, name }) => `${kind} ${tenant} ${name}`).sort(),
  );
}

function differences({ created, updated, deleted }: ConfigurationDifference): number {
  return created.length + updated.length + deleted.length;
}

async function put(
  document: ConfigurationDocument,
  query = '?deleteTenants=true',
): Promise<ConfigurationDifference> {
  const answer = await api.request('PUT', `/v1/config${query}`, document);
  expect(answer.status, answer.text).toBe(200);
  return JSON.parse(answer.text) as ConfigurationDifference;
}

/** The full export; the short form must be equivalent. */
async function exported(): Promise<ConfigurationDocument> {
  const full: unknown = JSON.parse((await api.request('GET', '/v1/config?full=true')).text);
  const short: unknown = JSON.parse((await api.request('GET', '/v1/config')).text);
  expect(configurationReplaceSchema.parse(short)).toEqual(withoutImpliedNames(full as ConfigurationDocument));
  return full as ConfigurationDocument;
}

// The name of a tenant defaults to its slug, which no schema can fill in.
function withoutImpliedNames({ tenants, ...document }: ConfigurationDocument): ConfigurationDocument {
  return {
    ...document,
    tenants: tenants.map(({ name, ...tenant }) => (name === tenant.slug ? tenant : { ...tenant, name })),
  };
}
