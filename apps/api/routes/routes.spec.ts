import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#libs/contract';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { RouteEntity } from '../database/entities/route.entity.js';

const upstreams = [{ url: 'ws://10.0.0.5:9000/base' }];
const match = { host: 'chat.acme.example', path: '/socket' };
const routes = '/v1/tenants/acme/routes';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  await api.request('POST', '/v1/tenants', { slug: 'other' });
});
afterEach(() => api.remove());

test('a route is created with all defaults and published', async () => {
  const { status, headers, body } = await api.request('POST', routes, { match, upstreams });
  expect(status).toBe(201);
  expect(headers.get('location')).toBe(`${routes}/${body.id}`);
  expect(body).toMatchObject({ enabled: true, balancing: 'roundRobin', onChange: 'keep', name: '' });
  expect(body).toMatchObject({ match: { ...match, pathType: 'prefix' }, timeouts: { idleMs: null } });
  expect((await api.request('GET', `${routes}/${body.id}`)).body).toEqual(body);
  await api.published(3);
  expect(api.sink.changes[2]?.entries).toMatchObject([
    { kind: 'route', id: body.id, value: { id: body.id } },
  ]);
});

test('encodedSlash of a route is refuse by default, and can be set to forward', async () => {
  const { body } = await api.request('POST', routes, { match, upstreams });
  expect(body).toMatchObject({ match: { ...match, encodedSlash: 'refuse' } });
  const change = { match: { encodedSlash: 'pass' } };
  const patched = await api.request('PATCH', `${routes}/${body.id}`, change);
  expect(patched.body).toMatchObject({ match: { ...match, encodedSlash: 'pass' } });
  await api.published(4);
  expect(api.sink.changes[3]?.entries).toMatchObject([{ kind: 'route', value: { match: change.match } }]);
});

test('a second enabled route on the same host and path is refused for any tenant and path type', async () => {
  await api.request('POST', routes, { match, upstreams });
  for (const tenant of ['acme', 'other']) {
    for (const pathType of ['exact', 'prefix']) {
      const body = { match: { ...match, host: 'CHAT.acme.example', pathType }, upstreams };
      const answer = await api.request('POST', `/v1/tenants/${tenant}/routes`, body);
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({ code: 'route_conflict', errors: [{ field: 'match' }] });
    }
  }
  expect(await api.revision()).toBe(3);
});

test('templates that match the same paths conflict, even if their parameters have different names', async () => {
  const template = { host: match.host, path: '/rooms/:room', pathType: 'template' };
  const first = await api.request('POST', routes, { match: template, upstreams });
  expect(first.body).toMatchObject({ match: template });
  const renamed = { ...template, path: '/rooms/:id' };
  const second = await api.request('POST', '/v1/tenants/other/routes', { match: renamed, upstreams });
  expect([second.status, second.body]).toMatchObject([409, { code: 'route_conflict' }]);
  expect((await api.request('PATCH', `${routes}/${first.body.id}`, { match: renamed })).status).toBe(200);
  for (const path of ['/rooms', '/rooms/lobby', '/rooms/:room/x']) {
    const pathType = path.includes(':') ? 'template' : 'prefix';
    const body = { match: { ...template, path, pathType }, upstreams };
    expect((await api.request('POST', routes, body)).status).toBe(201);
  }
});

test('routes may share a host and path under different conditions, up to 32 of them', async () => {
  const matchWith = (value: string) => ({ ...match, headers: [{ name: 'X-Version', value }] });
  const create = (value: string, tenant = 'acme') =>
    api.request('POST', `/v1/tenants/${tenant}/routes`, { match: matchWith(value), upstreams });
  expect((await api.request('POST', routes, { match, upstreams })).status).toBe(201);
  const first = await create('0');
  expect(first.body).toMatchObject({
    match: { headers: [{ name: 'X-Version', value: '0', valueType: 'exact' }], query: null },
  });
  expect((await create('0', 'other')).body).toMatchObject({ code: 'route_conflict' });
  for (let value = 1; value < 32; value += 1) expect((await create(String(value))).status).toBe(201);
  const tooMany = await create('32');
  expect([tooMany.status, tooMany.body]).toMatchObject([
    422,
    { code: 'validation_failed', errors: [{ field: 'match' }] },
  ]);

  const values = Array.from({ length: 33 }, (_, value) => String(value));
  const tenants = [{ slug: 'acme', routes: values.map((value) => ({ match: matchWith(value), upstreams })) }];
  const put = await api.request('PUT', '/v1/config?dryRun=true', { version: 1, tenants });
  expect([put.status, put.body]).toMatchObject([
    422,
    { code: 'validation_failed', errors: [{ field: 'tenants.0.routes.32.match' }] },
  ]);

  const disabled = await api.request('PATCH', `${routes}/${first.body.id}`, { enabled: false });
  expect(disabled.status).toBe(200);
  expect((await create('32')).status).toBe(201);
  expect((await api.request('PATCH', `${routes}/${first.body.id}`, { enabled: true })).status).toBe(422);
});

test('a host has up to 4 enabled routes with regular expressions', async () => {
  const create = (index: number) =>
    api.request('POST', routes, {
      match: { host: match.host, path: `/ws/${index}/[a-z]+`, pathType: 'regex' },
      upstreams,
    });
  for (let index = 0; index < 4; index += 1) expect((await create(index)).status).toBe(201);
  expect((await create(0)).body).toMatchObject({ errors: [{ field: 'match' }] });
  const tooMany = await create(4);
  expect([tooMany.status, tooMany.body]).toMatchObject([
    422,
    { code: 'validation_failed', errors: [{ field: 'match' }] },
  ]);
  const other = { host: '*', path: '/ws/[a-z]+', pathType: 'regex' };
  expect((await api.request('POST', routes, { match: other, upstreams })).status).toBe(201);
  const wrong = await api.request('POST', routes, { match: { ...other, path: '/ws/[a-z' }, upstreams });
  expect(wrong.body).toMatchObject({ code: 'validation_failed', errors: [{ field: 'match.path' }] });
});

test('a variable that is not a parameter of the path is refused, also if a change removes the parameter', async () => {
  const template = { host: match.host, path: '/rooms/:room', pathType: 'template' };
  const requestHeaders = { set: { 'X-Room': '$room' } };
  const { body } = await api.request('POST', routes, { match: template, upstreams, requestHeaders });
  const patch = { match: { path: '/rooms/:id' } };
  const { status, body: problem } = await api.request('PATCH', `${routes}/${body.id}`, patch);
  expect([status, problem]).toMatchObject([
    422,
    { code: 'validation_failed', errors: [{ field: 'requestHeaders.set.X-Room' }] },
  ]);
});

test('a disabled route conflicts with no other route until it is enabled', async () => {
  const first = (await api.request('POST', routes, { match, upstreams })).body;
  const second = await api.request('POST', routes, { match, upstreams, enabled: false });
  expect(second.status).toBe(201);
  const path = `${routes}/${second.body.id}`;
  expect((await api.request('PATCH', path, { enabled: true })).status).toBe(409);
  await api.request('PATCH', `${routes}/${first.id}`, { enabled: false });
  expect((await api.request('PATCH', path, { enabled: true })).status).toBe(200);
});

test('of many conflicting routes created concurrently, exactly one is created', async () => {
  const attempts = Array.from({ length: 20 }, (_, index) =>
    api.request('POST', `/v1/tenants/${index % 2 ? 'acme' : 'other'}/routes`, { match, upstreams }),
  );
  const statuses = (await Promise.all(attempts)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  expect(statuses.filter((status) => status === 409)).toHaveLength(19);
});

test('a patch merges objects and replaces lists', async () => {
  const { body } = await api.request('POST', routes, { match, upstreams, timeouts: { idleMs: 1000 } });
  const patch = { timeouts: { connectMs: 70 }, upstreams: [{ url: 'wss://b.example' }], allowedOrigins: [] };
  const patched = await api.request('PATCH', `${routes}/${body.id}`, patch);
  expect(patched.body).toMatchObject({
    match,
    timeouts: { idleMs: 1000, connectMs: 70 },
    upstreams: [{ url: 'wss://b.example', weight: 1 }],
    allowedOrigins: [],
  });
});

test('a patch of a nullable object or a map keeps the other fields', async () => {
  const jwt = {
    issuer: 'https://id.test',
    audience: ['chat'],
    jwksUrl: 'https://id.test/keys',
    requiredClaims: { plan: 'pro' },
    algorithms: ['ES256'],
    clockToleranceSeconds: 5,
  };
  const requestHeaders = { set: { 'X-A': '1', 'X-B': '2' } };
  const route = { match, upstreams, auth: { mode: 'jwt', jwt }, requestHeaders };
  const { body } = await api.request('POST', routes, route);
  const patched = await api.request('PATCH', `${routes}/${body.id}`, {
    auth: { jwt: { issuer: 'https://other.test', audience: ['b'], jwksUrl: 'https://other.test/keys' } },
    requestHeaders: { set: { 'X-D': '4', 'X-B': null } },
  });
  expect(patched.status).toBe(200);
  expect(patched.body).toMatchObject({
    auth: {
      jwt: { ...jwt, issuer: 'https://other.test', audience: ['b'], jwksUrl: 'https://other.test/keys' },
    },
  });
  expect(patched.body).toHaveProperty('requestHeaders.set', { 'X-A': '1', 'X-D': '4' });
  const headers = { 'content-type': 'application/merge-patch+json' };
  const off = { auth: { mode: 'none', jwt: null }, requestHeaders: { set: { 'X-A': null } } };
  const without = await api.request('PATCH', `${routes}/${body.id}`, off, { headers });
  expect(without.body).toMatchObject({ auth: { mode: 'none', jwt: null } });
  expect(without.body).toHaveProperty('requestHeaders.set', { 'X-D': '4' });
});

test('other fields of a route that violates a newer rule can be changed; a changed field must follow the rule', async () => {
  const requestHeaders = { set: { 'X-A': '1' } };
  const { body } = await api.request('POST', routes, { match, upstreams, requestHeaders });
  const path = `${routes}/${body.id}`;
  const where = { id: body.id };
  const { definition } = await api.database.read.findOneByOrFail(RouteEntity, where);
  const old = {
    ...definition,
    upstreams: [{ url: 'ws:///old', weight: 1 }],
    requestHeaders: { set: { 'X-A': '1', 'x-a': '2', Via: 'old' }, remove: [] },
  };
  await api.database.write((manager) => manager.update(RouteEntity, where, { definition: old }));
  const disabled = await api.request('PATCH', path, { enabled: false, timeouts: { connectMs: 70 } });
  expect(disabled.body).toMatchObject({
    enabled: false,
    upstreams: old.upstreams,
    timeouts: { connectMs: 70 },
  });
  const worse = await api.request('PATCH', path, { requestHeaders: { set: { 'x-A': '3' } } });
  expect(worse.body.errors).toMatchObject([{ field: 'requestHeaders.set.x-A' }]);
  const better = { requestHeaders: { set: { 'x-a': null, Via: null } }, upstreams };
  expect((await api.request('PATCH', path, better)).body).toMatchObject({
    requestHeaders: { set: { 'X-A': '1' } },
  });
});

test('fields omitted in a PUT are set to their default', async () => {
  const { body } = await api.request('POST', routes, { match, upstreams, name: 'chat', onChange: 'drain' });
  const replaced = await api.request('PUT', `${routes}/${body.id}`, { match, upstreams });
  expect(replaced.status).toBe(200);
  expect(replaced.body).toMatchObject({ id: body.id, name: '', onChange: 'keep' });
  const unknown = `${routes}/${newId('route')}`;
  expect((await api.request('PUT', unknown, { match, upstreams })).status).toBe(404);
});

test('a write that changes nothing publishes nothing', async () => {
  const { body } = await api.request('POST', routes, { match, upstreams });
  const again = await api.request('PUT', `${routes}/${body.id}`, { match, upstreams });
  expect(again.body).toEqual(body);
  expect((await api.request('PATCH', `${routes}/${body.id}`, {})).body).toEqual(body);
  expect(await api.revision()).toBe(3);
});

test('a deleted route is published as deleted, and its host and path can be used again', async () => {
  const { body } = await api.request('POST', routes, { match, upstreams });
  expect((await api.request('DELETE', `${routes}/${body.id}`)).status).toBe(204);
  expect((await api.request('DELETE', `${routes}/${body.id}`)).status).toBe(404);
  expect((await api.request('POST', routes, { match, upstreams })).status).toBe(201);
  await api.published(5);
  expect(api.sink.changes[3]?.entries).toEqual([{ kind: 'route', id: body.id, value: null }]);
});

test('a route is 404 under the path of another tenant', async () => {
  const { body } = await api.request('POST', routes, { match, upstreams });
  const answer = await api.request('GET', `/v1/tenants/other/routes/${body.id}`);
  expect(answer.status).toBe(404);
  expect(answer.body).toMatchObject({ code: 'not_found', errors: [{ field: 'route' }] });
});
