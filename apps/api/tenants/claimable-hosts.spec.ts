import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import { isClaimable } from './claimable-hosts.js';

describe('isClaimable', () => {
  test.each([
    [null, ['*', 'any.example', '*.any.example'], []],
    [['a.example'], ['a.example'], ['b.a.example', 'xa.example', 'a.example.evil', '*.a.example', '*']],
    [
      ['*.a.example'],
      ['b.a.example', 'c.b.a.example', '*.a.example', '*.b.a.example'],
      ['a.example', '*.xa.example'],
    ],
    [['*.a.example'], [], ['xa.example', 'b.xa.example', '*', '*.example']],
    [['a.example', '*.a.example'], ['a.example', '*.a.example'], ['example']],
    [[], [], ['a', '*']],
  ])('%j allows %j and not %j', (hosts, allowed, refused) => {
    expect(allowed.filter((host) => !isClaimable(hosts, host))).toEqual([]);
    expect(refused.filter((host) => isClaimable(hosts, host))).toEqual([]);
  });
});

describe('the hosts and quotas of a tenant', () => {
  const acme = '/v1/tenants/acme';
  let api: ApiUnderTest;
  let token = '';
  beforeEach(async () => {
    api = await ApiUnderTest.start();
    const hosts = ['acme.example', '*.acme.example'];
    const limits = { maxRoutes: 2, maxApiKeys: 2 };
    await api.request('POST', '/v1/tenants', { slug: 'acme', hosts, limits });
    const key = { name: 'manager', scopes: ['manage'] };
    token = (await api.request('POST', `${acme}/api-keys`, key)).body.key;
  });
  afterEach(() => api.remove());

  test('no write of the tenant’s key can place a route outside its hosts', async () => {
    const { id } = (await makeRoute('acme.example')).body;
    for (const answer of [
      await makeRoute('*'),
      await makeRoute(undefined),
      await makeRoute('other.example', false),
      await asTenant('PATCH', `${acme}/routes/${id}`, { match: { host: 'other.example' } }),
      await asTenant('PUT', `${acme}/routes/${id}`, { match: { path: '/' }, upstreams: [aTarget] }),
    ]) {
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ code: 'host_forbidden', errors: [{ field: 'match.host' }] });
    }
    const moved = await asTenant('PATCH', `${acme}/routes/${id}`, { match: { host: '*.eu.acme.example' } });
    expect(moved.status).toBe(200);
  });

  test('a tenant may change and enable a route that an operator placed outside its hosts, but not its match', async () => {
    const body = { match: { host: 'shared.example', path: '/acme' }, upstreams: [aTarget] };
    const placed = (await api.request('POST', `${acme}/routes`, body)).body;
    const path = `${acme}/routes/${placed.id}`;
    for (const patch of [
      { name: 'renamed' },
      { upstreams: [{ url: 'ws://10.0.0.6' }] },
      { enabled: false },
      { enabled: true },
    ]) {
      expect((await asTenant('PATCH', path, patch)).status).toBe(200);
    }
    expect((await asTenant('PUT', path, { ...body, name: 'replaced' })).status).toBe(200);
    expect((await api.request('PATCH', path, { enabled: false })).status).toBe(200);
    expect((await asTenant('PATCH', path, { enabled: true })).status).toBe(200);
    for (const match of [{ path: '/all' }, { host: 'acme.example' }, { pathType: 'exact' }]) {
      const answer = await asTenant('PATCH', path, { match });
      expect([answer.status, answer.body.code]).toEqual([403, 'host_forbidden']);
    }
    expect((await asTenant('DELETE', path)).status).toBe(204);
  });

  test('a new tenant has no hosts until an operator grants some, and operators can place its routes anywhere', async () => {
    const made = await api.request('POST', '/v1/tenants', { slug: 'new' });
    expect(made.body).toMatchObject({ hosts: [] });
    for (const host of ['new.example', '*', '*.new.example']) {
      const route = { match: { host, path: '/' }, upstreams: [aTarget] };
      expect((await api.request('POST', '/v1/tenants/new/routes', route)).status).toBe(201);
    }
    const document = { version: 1, tenants: [{ slug: 'new', routes: [routeOn('elsewhere.example')] }] };
    expect((await api.request('PUT', '/v1/config?deleteTenants=true', document)).status).toBe(200);
  });

  test('an operator can remove a host that has routes', async () => {
    const { id } = (await makeRoute('chat.acme.example')).body;
    expect((await api.request('PATCH', acme, { hosts: [] })).status).toBe(200);
    expect((await asTenant('PATCH', `${acme}/routes/${id}`, { name: 'still mine' })).status).toBe(200);
    expect((await makeRoute('acme.example')).status).toBe(403);
    expect((await api.request('PATCH', acme, { hosts: null })).status).toBe(200);
    expect((await makeRoute('*')).status).toBe(201);
  });

  test('"*" is not allowed in the list', async () => {
    const answer = await api.request('PATCH', acme, { hosts: ['*'] });
    expect([answer.status, answer.body.errors[0]?.field]).toEqual([422, 'hosts.0']);
  });

  test('only operators set hosts, quotas and the slug', async () => {
    const patches = [
      { hosts: null },
      { limits: { maxRoutes: null } },
      { limits: { maxApiKeys: 9 } },
      { slug: 'b' },
    ];
    for (const patch of patches) {
      const answer = await asTenant('PATCH', acme, patch);
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    }
  });

  test('a tenant cannot exceed its quota of routes, which counts disabled routes', async () => {
    await makeRoute('acme.example');
    const { id } = (await makeRoute('a.acme.example', false)).body;
    const third = await makeRoute('b.acme.example');
    expect([third.status, third.body.code]).toEqual([409, 'quota_exceeded']);
    await asTenant('DELETE', `${acme}/routes/${id}`);
    expect((await makeRoute('b.acme.example')).status).toBe(201);
  });

  test('a tenant cannot exceed its quota of keys, which does not count revoked keys', async () => {
    const { id } = (await makeKey()).body;
    const third = await makeKey();
    expect([third.status, third.body.code]).toEqual([409, 'quota_exceeded']);
    await asTenant('DELETE', `${acme}/api-keys/${id}`);
    expect((await makeKey()).status).toBe(201);
  });

  test('hosts and numbers of routes and keys are not published to gateways', async () => {
    await api.published(2);
    const [entry] = api.sink.changes[0]?.entries ?? [];
    expect(entry?.kind === 'tenant' && Object.keys(entry.value ?? {}).sort()).toEqual([
      'id',
      'labels',
      'limits',
      'maintenance',
      'quota',
      'slug',
      'status',
    ]);
    expect(JSON.stringify(entry)).not.toMatch(/maxRoutes|maxApiKeys|acme\.example/);
  });

  function makeRoute(host: string | undefined, enabled = true): Promise<ApiAnswer> {
    const body = { match: { host, path: '/' }, upstreams: [aTarget], enabled };
    return asTenant('POST', `${acme}/routes`, body);
  }

  function makeKey(): Promise<ApiAnswer> {
    return asTenant('POST', `${acme}/api-keys`, { name: 'x', scopes: ['manage'] });
  }

  function asTenant(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    return api.request(method, path, body, { token });
  }
});

const aTarget = { url: 'ws://10.0.0.5' };

function routeOn(host: string): object {
  return { match: { host, path: '/' }, upstreams: [aTarget] };
}
