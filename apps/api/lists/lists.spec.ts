import { afterAll, beforeAll, expect, test } from 'vitest';
import { ListsUnderTest } from '../../../test/support/lists-under-test.js';

let lists: ListsUnderTest;
beforeAll(async () => {
  lists = await ListsUnderTest.start();
});
afterAll(() => lists.remove());

test.each([
  ['', ['Chat', 'zoo', 'alerts', 'Chat of others']],
  ['sort=name', ['alerts', 'Chat', 'Chat of others', 'zoo']],
  ['sort=-name', ['zoo', 'Chat of others', 'Chat', 'alerts']],
  ['sort=-createdAt', ['Chat of others', 'alerts', 'zoo', 'Chat']],
  ['sort=host', ['zoo', 'alerts', 'Chat', 'Chat of others']],
  ['tenant=acme&sort=-updatedAt', ['alerts', 'zoo', 'Chat']],
  ['host=chat.acme.example', ['Chat']],
  ['host=*.ACME.example', ['zoo']],
  ['enabled=false', ['zoo']],
  ['enabled=true&tenant=acme', ['Chat', 'alerts']],
  ['pathType=exact', ['alerts']],
  ['upstream=10.0.0.5', ['Chat', 'zoo', 'Chat of others']],
  ['upstream=10.0.0.5:9000&sort=-name', ['zoo', 'Chat of others', 'Chat']],
  ['upstream=10.0.0', []],
  ['upstream=10.0.0.5:900', []],
  ['upstream=http://10.0.0.5:9000/base&tenant=other', ['Chat of others']],
  ['upstream=ws://10.0.0.5:9000', []],
  ['upstream=backend.example:443', ['alerts']],
  ['upstream=https://backend.EXAMPLE/', ['alerts']],
  ['q=chat', ['Chat', 'Chat of others']],
  ['q=CHA+oth', ['Chat of others']],
  ['q=hat', []],
  ['q=acme.example+rooms', ['Chat']],
  ['q=%2Frooms%2F:room', ['Chat']],
  ['q=acme&enabled=true&sort=name', ['alerts', 'Chat']],
  ['label=env', ['Chat', 'alerts', 'Chat of others']],
  ['label=env=prod', ['Chat', 'Chat of others']],
  ['label=env=prod&label=team', ['Chat']],
  ['label=team=a=b', ['Chat']],
  ['label=team=&sort=name', ['alerts']],
  ['label=env=prod&tenant=other&q=chat', ['Chat of others']],
  ['label=env=nothing', []],
])('GET /v1/routes?%s lists %j', (query, names) => expectNames('/v1/routes', query, names));

test.each([
  ['', ['web', 'Mobile', 'web too', 'ancient']],
  ['sort=name', ['ancient', 'Mobile', 'web', 'web too']],
  ['sort=expiresAt', ['web too', 'Mobile', 'web', 'ancient']],
  ['tenant=acme&sort=-createdAt', ['ancient', 'Mobile', 'web']],
  ['scope=connect&sort=-name', ['web too', 'web', 'Mobile']],
  ['scope=read', ['web']],
  ['revoked=true', ['ancient']],
  ['revoked=false&tenant=other', ['web too']],
  ['expiresBefore=2031-01-01T00:00:00.001Z', ['Mobile', 'web too']],
  ['expiresBefore=2031-01-01T00:00:00Z', ['web too']],
  ['expiresBefore=2030-01-01T00:00:00Z', []],
  ['q=web', ['web', 'web too']],
  ['q=too+WEB', ['web too']],
  ['label=env=prod', ['web']],
])('GET /v1/api-keys?%s lists %j', (query, names) => expectNames('/v1/api-keys', query, names));

test.each([
  ['/v1/api-keys?tenant=acme&route=Chat', 200, ['Mobile']],
  ['/v1/tenants/acme/api-keys?route=Chat', 200, ['Mobile']],
  ['/v1/tenants/acme/api-keys?route=zoo', 200, []],
  ['/v1/tenants/other/api-keys?route=Chat', 404, 'route'],
  ['/v1/api-keys?tenant=acme&route=nobody', 404, 'route'],
  ['/v1/api-keys?route=Chat', 400, 'route'],
])('GET %s finds keys by the name of a route: %i %j', async (path, status, found) => {
  const answer = await lists.api.request('GET', path);
  expect(answer.status).toBe(status);
  if (status !== 200) expect(answer.body.errors[0]?.field).toBe(found);
  else expect(answer.body.items.map((item) => Reflect.get(item, 'name') as unknown)).toEqual(found);
});

test('a key of a tenant filters keys by the name of a route', async () => {
  expect(await lists.names('/v1/api-keys', 'route=Chat', lists.acmeKey)).toEqual(['Mobile']);
});

test.each([
  ['', ['Acme GmbH', 'other', 'École Zeta']],
  ['sort=-slug', ['École Zeta', 'other', 'Acme GmbH']],
  ['sort=-name', ['École Zeta', 'other', 'Acme GmbH']],
  ['status=suspended', ['other']],
  ['q=ZET', ['École Zeta']],
  ['q=école', ['École Zeta']],
  ['q=gmbh&status=active', ['Acme GmbH']],
  ['label=env=prod', ['École Zeta']],
])('GET /v1/tenants?%s lists %j', (query, names) => expectNames('/v1/tenants', query, names));

test('the lists of a tenant take the same filters', async () => {
  await expectNames('/v1/tenants/acme/routes', 'q=acme&sort=-name', ['zoo', 'Chat', 'alerts']);
  await expectNames('/v1/tenants/acme/api-keys', 'sort=-lastUsedAt&revoked=false', ['Mobile', 'web']);
});

test('keys are found by a route in their routeIds, and by the beginning of their prefix', async () => {
  const [route] = (await lists.list('/v1/routes?q=rooms')).items;
  await expectNames('/v1/api-keys', `route=${route?.id ?? ''}`, ['Mobile']);
  const [web] = (await lists.api.request('GET', '/v1/api-keys?q=web&tenant=acme')).body.items;
  for (const length of [8, 16])
    await expectNames('/v1/api-keys', `q=${web?.prefix.slice(0, length) ?? ''}`, ['web']);
});

test('a resource that was changed, rotated or deleted is found as it is now, and only so', async () => {
  const { api } = lists;
  const made = await api.request('POST', '/v1/tenants', { slug: 'passing', name: 'First' });
  await api.request('PATCH', '/v1/tenants/passing', { name: 'Second' });
  await expectNames('/v1/tenants', 'q=first', []);
  await expectNames('/v1/tenants', 'q=second', ['Second']);
  const keys = '/v1/tenants/passing/api-keys';
  const { id, prefix } = (await api.request('POST', keys, { name: 'turned' })).body;
  await api.request('POST', `${keys}/${id}/rotate`, { graceSeconds: 60 });
  await expectNames('/v1/api-keys', `q=${prefix}`, ['turned']);
  await api.request('POST', `${keys}/${id}/rotate`, { graceSeconds: 0 });
  await expectNames('/v1/api-keys', `q=${prefix}`, []);
  expect((await api.request('DELETE', `/v1/tenants/${made.body.id}`)).status).toBe(204);
  await expectNames('/v1/tenants', 'q=second', []);
  await expectNames('/v1/api-keys', 'q=turned', []);
  expect((await lists.list('/v1/api-keys?q=turned&total=true')).total).toBe(0);
});

test('a configuration document writes what lists find, and deletes what it does not name', async () => {
  const routes = [{ name: 'declared', match: { path: '/declared' }, upstreams: [{ url: 'ws://10.0.0.9' }] }];
  const document = { version: 1, tenants: [{ slug: 'declared', routes }] };
  const put = (tenants: object[]) =>
    lists.api.request('PUT', '/v1/config?deleteTenants=true', { ...document, tenants });
  const exported = (await lists.api.request('GET', '/v1/config')).text;
  const before = (JSON.parse(exported) as { tenants: object[] }).tenants;
  expect((await put([...before, ...document.tenants])).status).toBe(200);
  await expectNames('/v1/routes', 'q=declared', ['declared']);
  await expectNames('/v1/routes', 'upstream=10.0.0.9', ['declared']);
  expect((await put(before)).status).toBe(200);
  await expectNames('/v1/routes', 'q=declared', []);
  await expectNames('/v1/routes', 'sort=name', ['alerts', 'Chat', 'Chat of others', 'zoo']);
});

async function expectNames(path: string, query: string, names: string[]): Promise<void> {
  expect(await lists.names(path, query)).toEqual(names);
  const { items, total } = await lists.list(`${path}?${query}&total=true`);
  expect([items.map(({ name }) => name), total]).toEqual([names, names.length]);
}
