import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';

let api: ApiUnderTest;
const upstreams = [{ url: 'ws://10.0.0.5:9000' }];
const prod = { env: 'prod' };

const routeAt = (name: string, more: object = {}): object => ({
  name,
  match: { path: `/${name}` },
  upstreams,
  ...more,
});

beforeEach(async () => {
  api = await ApiUnderTest.start();
  await put('/v1/tenants/acme', { name: 'Acme', limits: { maxConnections: 5 } });
  await put('/v1/tenants/globex', { labels: prod });
  await put('/v1/tenants/acme/routes/chat', routeAt('chat', { labels: prod }));
  await put('/v1/tenants/acme/routes/own', routeAt('own'));
  await put('/v1/tenants/acme/api-keys/web', { labels: { ...prod, team: 'web' } });
  await put('/v1/tenants/globex/routes/feed', routeAt('feed', { labels: prod }));
  await put('/v1/tenants/globex/routes/self', routeAt('self'));
});
afterEach(() => api.remove());

async function put(path: string, body: object): Promise<void> {
  expect((await api.request('PUT', path, body)).status).toBe(201);
}

interface Shown {
  slug: string;
  routes?: { name: string }[];
  apiKeys?: { name: string }[];
}

async function shown(query = ''): Promise<Record<string, string[]>> {
  const { status, text } = await api.request('GET', `/v1/config${query}`);
  expect(status).toBe(200);
  const { tenants } = JSON.parse(text) as { tenants: Shown[] };
  const names = ({ routes = [], apiKeys = [] }: Shown): string[] =>
    [...routes, ...apiKeys].map(({ name }) => name).sort();
  return Object.fromEntries(tenants.map((tenant) => [tenant.slug, names(tenant)]));
}

const replace = (
  query: string,
  tenants: object[],
  headers: Record<string, string> = {},
): Promise<ApiAnswer> => api.request('PUT', `/v1/config?${query}`, { version: 1, tenants }, { headers });

const everything = { acme: ['chat', 'own', 'web'], globex: ['feed', 'self'] };

describe('a document of one tenant', () => {
  test('has only this tenant, by slug and by id', async () => {
    const { body } = await api.request('GET', '/v1/tenants/acme');
    for (const tenant of ['acme', body.id]) {
      expect(await shown(`?tenant=${tenant}`)).toEqual({ acme: everything.acme });
    }
    expect((await api.request('GET', '/v1/config?tenant=nobody')).status).toBe(404);
  });

  test('changes and deletes nothing of other tenants', async () => {
    const { status, text } = await replace('tenant=acme', [{ slug: 'acme', routes: [routeAt('new')] }]);
    expect([status, text]).toEqual([200, expect.stringContaining('"dryRun": false')]);
    expect(await shown()).toEqual({ acme: ['new'], globex: everything.globex });
  });

  test('creates the tenant, and deletes it only with deleteTenants', async () => {
    expect((await replace('tenant=new', [{ slug: 'new', routes: [routeAt('a')] }])).status).toBe(200);
    expect(await shown()).toEqual({ ...everything, new: ['a'] });
    const refused = await replace('tenant=new', []);
    expect([refused.status, refused.body.code]).toEqual([409, 'deletes_tenants']);
    expect((await replace('tenant=new&deleteTenants=true', [])).status).toBe(200);
    expect(await shown()).toEqual(everything);
  });

  test('with another tenant, or a resource of another tenant, is refused and names it', async () => {
    const { body: feed } = await api.request('GET', '/v1/tenants/globex/routes/feed');
    for (const [tenants, field] of [
      [[{ slug: 'acme' }, { slug: 'globex' }], 'tenants.1'],
      [[{ slug: 'acme' }, { slug: 'new' }], 'tenants.1'],
      [[{ slug: 'acme', routes: [routeAt('feed', { id: feed.id })] }], 'tenants.0.routes.0.id'],
    ] as const) {
      const { status, body } = await replace('tenant=acme', [...tenants]);
      expect([status, body.code, body.errors.map((error) => error.field)]).toEqual([
        422,
        'validation_failed',
        [field],
      ]);
    }
    expect(await shown()).toEqual(everything);
  });

  test('that conflicts with a route of another tenant is refused', async () => {
    const taken = routeAt('mine', { match: { path: '/feed' } });
    const { status, body } = await replace('tenant=acme', [{ slug: 'acme', routes: [taken] }]);
    expect([status, body.code, body.errors[0]?.field]).toEqual([
      409,
      'route_conflict',
      'tenants.0.routes.0.match',
    ]);
    expect(body.errors[0]?.message).toContain('outside of the scope: rte_');
  });

  test('has a separate ETag, which other tenants do not change', async () => {
    const { headers, text } = await api.request('GET', '/v1/config?tenant=acme');
    const tag = headers.get('etag') ?? '';
    await api.request('PATCH', '/v1/tenants/globex', { name: 'Globex' });
    const { tenants } = JSON.parse(text) as { tenants: object[] };
    const unchanged = await replace('tenant=acme', tenants, { 'If-Match': tag });
    expect([unchanged.status, unchanged.headers.get('etag')]).toEqual([200, tag]);
    await api.request('PATCH', '/v1/tenants/acme', { name: 'Changed' });
    expect((await replace('tenant=acme', tenants, { 'If-Match': tag })).status).toBe(412);
  });
});

describe('a document of labelled resources', () => {
  test('has the resources with all labels, below their tenants', async () => {
    expect(await shown('?label=env=prod')).toEqual({ acme: ['chat', 'web'], globex: ['feed'] });
    expect(await shown('?label=env')).toEqual({ acme: ['chat', 'web'], globex: ['feed'] });
    expect(await shown('?label=env=prod&label=team')).toEqual({ acme: ['web'] });
    expect(await shown('?label=env=prod&tenant=globex')).toEqual({ globex: ['feed'] });
    expect(await shown('?label=env=test')).toEqual({});
  });

  test('can be sent back, and changes nothing', async () => {
    const { text } = await api.request('GET', '/v1/config?label=env=prod');
    const revision = await api.revision();
    const { tenants } = JSON.parse(text) as { tenants: object[] };
    expect((await replace('label=env=prod', tenants)).status).toBe(200);
    expect(await api.revision()).toBe(revision);
  });

  test('changes and deletes no other resource, whether it names their tenant or not', async () => {
    const tenants = [{ slug: 'globex', labels: prod, routes: [routeAt('news', { labels: prod })] }];
    const dry = await replace('label=env=prod&dryRun=true', tenants);
    expect(await shown()).toEqual(everything);
    const { status, text } = await replace('label=env=prod', tenants);
    expect([status, dry.status]).toEqual([200, 200]);
    const namesOf = (answer: string): string[] =>
      (JSON.parse(answer) as { deleted: { name: string }[] }).deleted.map(({ name }) => name).sort();
    expect(namesOf(text)).toEqual(['*/chat', '*/feed', 'web']);
    expect(namesOf(dry.text)).toEqual(namesOf(text));
    expect(await shown()).toEqual({ acme: ['own'], globex: ['news', 'self'] });
    expect((await api.request('GET', '/v1/tenants/acme')).body).toMatchObject({ name: 'Acme' });
  });

  test('may name a tenant without the labels, and cannot change it', async () => {
    const routes = [routeAt('chat', { labels: prod })];
    expect((await replace('label=env=prod&tenant=acme', [{ slug: 'acme', routes }])).status).toBe(200);
    const wrong = [{ slug: 'acme', name: 'Other', limits: { maxConnections: 6 }, routes }];
    const { status, body } = await replace('label=env=prod&tenant=acme', wrong);
    expect(status).toBe(422);
    expect(body.errors.map(({ field }) => field)).toEqual(['tenants.0.name', 'tenants.0.limits']);
    expect((await api.request('GET', '/v1/tenants/acme')).body).toMatchObject({
      name: 'Acme',
      limits: { maxConnections: 5 },
    });
  });

  test('with a resource that lacks the labels is refused and names it', async () => {
    const { body: own } = await api.request('GET', '/v1/tenants/acme/routes/own');
    const globex = { slug: 'globex', labels: prod };
    for (const [tenant, field] of [
      [{ slug: 'acme', routes: [routeAt('own')] }, 'tenants.1.routes.0.labels'],
      [{ slug: 'acme', routes: [routeAt('own', { id: own.id, labels: prod })] }, 'tenants.1.routes.0.id'],
      [{ slug: 'new' }, 'tenants.1.labels'],
    ] as const) {
      const { status, body } = await replace('label=env=prod', [globex, tenant]);
      expect([status, body.errors.map((error) => error.field)]).toEqual([422, [field]]);
    }
    const unlabelled = await replace('label=env=prod', [{ slug: 'globex' }]);
    expect([unlabelled.status, unlabelled.body.errors[0]?.field]).toEqual([422, 'tenants.0.labels']);
    expect(await shown()).toEqual(everything);
  });

  test('that conflicts in a name with another resource is refused', async () => {
    const routes = [routeAt('own', { labels: prod, match: { path: '/elsewhere' } })];
    const { status, body } = await replace('label=env=prod&tenant=acme', [{ slug: 'acme', routes }]);
    expect([status, body.code]).toEqual([409, 'name_conflict']);
    expect(body.errors[0]?.message).toContain('outside of the scope: rte_');
  });

  test('cannot delete a tenant that owns other resources', async () => {
    const { status, body } = await replace('label=env=prod&deleteTenants=true', [{ slug: 'acme' }]);
    expect([status, body.errors[0]?.field]).toEqual([422, 'tenants']);
    expect(body.errors[0]?.message).toContain('globex');
    await api.request('DELETE', '/v1/tenants/globex/routes/self');
    expect((await replace('label=env=prod&deleteTenants=true', [{ slug: 'acme' }])).status).toBe(200);
    expect(Object.keys(await shown())).toEqual(['acme']);
  });

  test.each(['', '=', 'Env', 'env=a%00', 'a'.repeat(64)])('refuses the label %j', async (label) => {
    const { status, body } = await api.request('GET', `/v1/config?label=${label}`);
    expect([status, body.code]).toEqual([400, 'invalid_request']);
  });
});

test('a document of a scope is for operators only', async () => {
  const issued = await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'm', scopes: ['manage'] });
  const own = { token: issued.body.key };
  expect((await api.request('GET', '/v1/config?tenant=acme', undefined, own)).status).toBe(403);
  const body = { version: 1, tenants: [{ slug: 'acme' }] };
  expect((await api.request('PUT', '/v1/config?tenant=acme', body, own)).status).toBe(403);
});
