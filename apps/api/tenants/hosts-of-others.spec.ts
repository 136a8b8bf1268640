import { afterEach, beforeEach, expect, test } from 'vitest';
import { HostGrants1764440000000 } from '../../../migrations/host-grants.js';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';

let api: ApiUnderTest;
let tokens: Record<string, string>;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  tokens = {};
  for (const [slug, hosts] of [
    ['one', null],
    ['two', ['two.example', '*.two.example']],
  ] as const) {
    await api.request('POST', '/v1/tenants', { slug, hosts });
    await makeKey(slug);
  }
});
afterEach(() => api.remove());

test('a tenant cannot place a route on a host granted to another tenant, on any path', async () => {
  for (const host of ['two.example', 'a.two.example', '*.two.example', '*.a.two.example', '*.example', '*']) {
    const answer = await place('one', { host, path: '/socket' });
    expect([host, answer.status, answer.body.code]).toEqual([host, 403, 'host_forbidden']);
    expect(answer.text).not.toMatch(/ten_|"two"/);
  }
  expect((await place('one', { host: 'three.example', path: '/' })).status).toBe(201);
});

test('a tenant cannot place a route on the host of another tenant’s enabled route; "*" and disabled routes do not count', async () => {
  await api.request('PATCH', '/v1/tenants/two', { hosts: [] });
  const operators = (match: object, enabled = true): Promise<ApiAnswer> =>
    api.request('POST', '/v1/tenants/two/routes', { match, upstreams: [aTarget], enabled });
  await operators({ host: '*', path: '/demo' });
  const { id } = (await operators({ host: 'two.example', path: '/' }, false)).body;
  const own = await place('one', { host: 'two.example', path: '/socket' });
  expect(own.status).toBe(201);
  const enabled = await api.request('PATCH', `/v1/tenants/two/routes/${id}`, { enabled: true });
  expect(enabled.headers.get('sluice-warning')).toBe('host_overlap;host="two.example";tenant="one"');
  expect((await place('one', { host: 'two.example', path: '/more' })).status).toBe(403);
  const path = `/v1/tenants/one/routes/${own.body.id}`;
  expect((await as('one', 'PATCH', path, { match: { path: '/other' } })).status).toBe(403);
  expect((await as('one', 'PATCH', path, { name: 'renamed' })).status).toBe(200);
  expect((await as('one', 'PATCH', path, { enabled: false })).status).toBe(200);
  expect((await as('one', 'PATCH', path, { enabled: true })).status).toBe(403);
});

test('an operator is warned of a host exactly if it overlaps with another tenant', async () => {
  const routes = '/v1/tenants/one/routes';
  const placed = await api.request('POST', routes, routeOn('a.two.example'));
  expect([placed.status, warningOf(placed)]).toEqual([201, 'host_overlap;host="a.two.example";tenant="two"']);
  const route = `${routes}/${placed.body.id}`;
  expect(warningOf(await api.request('PATCH', route, { name: 'renamed' }))).toBeNull();
  expect(warningOf(await api.request('PATCH', route, { match: { host: 'x.example' } }))).toBeNull();
  const moved = await api.request('PUT', route, routeOn('*.example'));
  expect(warningOf(moved)).toBe('host_overlap;host="*.example";tenant="two"');
  expect(warningOf(await api.request('POST', routes, routeOn('*')))).toBeNull();
  const three = await api.request('POST', '/v1/tenants', {
    slug: 'three',
    hosts: ['b.two.example', 'c.three'],
  });
  expect(warningOf(three)).toMatch(/^host_overlap;host="b\.two\.example";tenant="(one|two)"$/);
  const widened = await api.request('PATCH', '/v1/tenants/three', {
    hosts: ['b.two.example', 'two.example'],
  });
  expect(warningOf(widened)).toMatch(/^host_overlap;host="two\.example";tenant="(one|two)"$/);
  expect(warningOf(await place('two', { host: 'q.two.example', path: '/' }))).toBeNull();
});

test('a document with hosts that overlap with other tenants is answered with warnings, also in a dry run', async () => {
  const document = {
    version: 1,
    tenants: [
      { slug: 'one', routes: [routeOn('one.example'), routeOn('chat.two.example')] },
      { slug: 'two', hosts: ['*.two.example'] },
    ],
  };
  const expected = 'host_overlap;host="chat.two.example";tenant="two"';
  expect(warningOf(await api.request('PUT', '/v1/config?dryRun=true', document))).toBe(expected);
  expect(warningOf(await api.request('PUT', '/v1/config', document))).toBe(expected);
  expect(warningOf(await api.request('PUT', '/v1/config', document))).toBeNull();
  await makeKey('two');
  expect((await place('two', { host: 'new.two.example', path: '/' })).status).toBe(201);
  expect((await place('two', { host: 'chat.two.example', path: '/x' })).status).toBe(403);
});

test('hosts of a deleted tenant, and removed hosts, can be granted again', async () => {
  await api.request('PATCH', '/v1/tenants/two', { hosts: ['other.example'] });
  expect((await place('one', { host: 'two.example', path: '/' })).status).toBe(201);
  expect((await place('one', { host: 'other.example', path: '/' })).status).toBe(403);
  await api.request('DELETE', '/v1/tenants/two');
  expect((await place('one', { host: 'other.example', path: '/' })).status).toBe(201);
});

test('the migration adds the hosts of stored routes and tenants, and can be reverted', async () => {
  await api.request('POST', '/v1/tenants/two/routes', routeOn('four.example'));
  await api.database.write(async (manager) => {
    const { queryRunner } = manager;
    if (!queryRunner) throw new Error('a transaction has a runner');
    const migration = new HostGrants1764440000000();
    await migration.down(queryRunner);
    await migration.up(queryRunner);
  });
  for (const host of ['two.example', 'a.two.example', 'four.example', '*.example']) {
    expect((await place('one', { host, path: '/socket' })).status).toBe(403);
  }
  expect((await place('one', { host: 'three.example', path: '/' })).status).toBe(201);
});

async function makeKey(slug: string): Promise<void> {
  const key = { name: 'manager', scopes: ['manage'] };
  tokens[slug] = (await api.request('POST', `/v1/tenants/${slug}/api-keys`, key)).body.key;
}

function warningOf({ headers }: ApiAnswer): string | null {
  return headers.get('sluice-warning');
}

function place(slug: string, match: object): Promise<ApiAnswer> {
  return as(slug, 'POST', `/v1/tenants/${slug}/routes`, { match, upstreams: [aTarget] });
}

function as(slug: string, method: string, path: string, body: object): Promise<ApiAnswer> {
  return api.request(method, path, body, { token: tokens[slug] ?? '' });
}

const aTarget = { url: 'ws://10.0.0.5' };

function routeOn(host: string): object {
  return { match: { host, path: '/' }, upstreams: [aTarget] };
}
