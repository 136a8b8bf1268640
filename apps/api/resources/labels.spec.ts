import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { ResourceLabelEntity } from '../database/entities/resource-label.entity.js';

let api: ApiUnderTest;
let ids: Record<'tenant' | 'route' | 'apiKey', string>;
const upstreams = [{ url: 'ws://10.0.0.5:9000' }];
const paths = { tenant: '/v1/tenants/acme', route: '', apiKey: '' };
beforeEach(async () => {
  api = await ApiUnderTest.start();
  const made = async (path: string, body: object): Promise<string> =>
    (await api.request('POST', path, { ...body, labels: { env: 'prod', team: '' } })).body.id;
  ids = {
    tenant: await made('/v1/tenants', { slug: 'acme' }),
    route: await made('/v1/tenants/acme/routes', { match: { path: '/a' }, upstreams }),
    apiKey: await made('/v1/tenants/acme/api-keys', { name: 'web' }),
  };
  paths.route = `/v1/tenants/acme/routes/${ids.route}`;
  paths.apiKey = `/v1/tenants/acme/api-keys/${ids.apiKey}`;
});
afterEach(() => api.remove());

const kinds = ['tenant', 'route', 'apiKey'] as const;
type Kind = (typeof kinds)[number];

test.each(kinds)('labels of a new %s are answered, stored for queries and published', async (kind) => {
  const { body } = await api.request('GET', paths[kind]);
  expect(body).toMatchObject({ labels: { env: 'prod', team: '' } });
  expect(await storedLabels(kind)).toEqual({ env: 'prod', team: '' });
  const entries = api.sink.changes.flatMap((change) => change.entries);
  expect(entries.find(({ id }) => id === ids[kind])).toMatchObject({
    value: { labels: { env: 'prod', team: '' } },
  });
});

test.each(kinds)('a patch of a %s adds, changes and removes single labels, and is audited', async (kind) => {
  const patch = { labels: { env: 'test', team: null, 'example.com/tier': 'gold' } };
  const { status, body } = await api.request('PATCH', paths[kind], patch);
  const labels = { env: 'test', 'example.com/tier': 'gold' };
  expect(status).toBe(200);
  expect(body).toMatchObject({ labels });
  expect(await storedLabels(kind)).toEqual(labels);
  const audit = await api.request('GET', `/v1/audit?limit=1&action=${kind}.update`);
  expect(audit.body.items[0]).toMatchObject({
    before: { labels: { env: 'prod', team: '' } },
    after: { labels },
  });
});

test.each(['constructor', 'valueof', 'hasownproperty'])(
  'the label %s is a label like any other',
  async (name) => {
    const patch = { labels: { [name]: 'x', env: null, team: null } };
    expect((await api.request('PATCH', paths.route, patch)).body).toMatchObject({ labels: { [name]: 'x' } });
    expect(await storedLabels('route')).toEqual({ [name]: 'x' });
    await api.request('PATCH', paths.route, { labels: { [name]: null } });
    expect(await storedLabels('route')).toEqual({});
  },
);

test('the label __proto__ is refused, also in a patch that removes it', async () => {
  for (const value of ['"x"', 'null']) {
    const raw = `{"labels":{"__proto__":${value}}}`;
    const { status, body } = await api.request('PATCH', paths.route, undefined, { raw });
    expect(status).toBe(422);
    expect(body.errors[0]?.field).toBe('labels.__proto__');
  }
});

test('a patch cannot add a seventeenth label', async () => {
  const many = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`label-${index}`, 'x']));
  const { status, body } = await api.request('PATCH', paths.route, { labels: many });
  expect(status).toBe(422);
  expect(body.errors).toMatchObject([{ field: 'labels', message: 'at most 16 labels' }]);
  expect(await storedLabels('route')).toEqual({ env: 'prod', team: '' });
});

test('only operators change the labels of a tenant; its keys change those of its routes', async () => {
  const issued = await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'own', scopes: ['manage'] });
  const own = { token: issued.body.key };
  const patch = { labels: { env: 'test' } };
  expect((await api.request('PATCH', paths.tenant, patch, own)).status).toBe(403);
  expect((await api.request('PATCH', paths.route, patch, own)).status).toBe(200);
});

test('a deleted route has no labels left, and a revoked key keeps its labels', async () => {
  await api.request('DELETE', paths.route);
  await api.request('DELETE', paths.apiKey);
  expect(await storedLabels('route')).toEqual({});
  expect(await storedLabels('apiKey')).toEqual({ env: 'prod', team: '' });
});

test('a document carries labels and writes them for queries', async () => {
  const exported = JSON.parse((await api.request('GET', '/v1/config')).text) as unknown;
  expect(exported).toMatchObject({
    tenants: [
      {
        labels: { env: 'prod', team: '' },
        routes: [{ labels: { env: 'prod', team: '' } }],
        apiKeys: [{ labels: { env: 'prod', team: '' } }],
      },
    ],
  });
  const text = JSON.stringify(exported).replaceAll('"prod"', '"test"').replaceAll(',"team":""', '');
  const { status } = await api.request('PUT', '/v1/config', undefined, { raw: text });
  expect(status).toBe(200);
  for (const kind of kinds) expect(await storedLabels(kind)).toEqual({ env: 'test' });
});

test('a deleted tenant leaves no labels', async () => {
  await api.request('DELETE', paths.tenant);
  expect(await api.database.read.countBy(ResourceLabelEntity, {})).toBe(0);
});

async function storedLabels(kind: Kind): Promise<Record<string, string>> {
  const where = { kind, resourceId: ids[kind], tenantId: ids.tenant };
  const rows = await api.database.read.findBy(ResourceLabelEntity, where);
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
