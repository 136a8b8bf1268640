import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#libs/contract';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';

let api: ApiUnderTest;
let acme = '';
let other = '';
let manager = '';
let first: CommandedGateway;
let second: CommandedGateway;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  acme = (await api.request('POST', '/v1/tenants', { slug: 'acme' })).body.id;
  other = (await api.request('POST', '/v1/tenants', { slug: 'other' })).body.id;
  const key = { name: 'manager', scopes: ['manage'] };
  manager = (await api.request('POST', '/v1/tenants/acme/api-keys', key)).body.key;
  [first, second] = [api.fleet.addGateway(), api.fleet.addGateway()];
});
afterEach(() => api.remove());

describe('the list', () => {
  test('shows the connections of all gateways in the order of their ids, page by page', async () => {
    const all = Array.from({ length: 25 }, (_, index) => (index % 3 ? first : second).connect(acme));
    const ids: string[] = [];
    const sizes: number[] = [];
    let path = '/v1/connections?limit=7';
    for (;;) {
      const { status, body } = await api.request('GET', path);
      expect([status, body.silentGateways]).toEqual([200, []]);
      sizes.push(body.items.length);
      ids.push(...body.items.map(({ id }) => id));
      if (body.nextCursor === null) break;
      path = `/v1/connections?limit=7&cursor=${body.nextCursor}`;
    }
    expect(sizes).toEqual([7, 7, 7, 4]);
    expect(ids).toEqual(all.map(({ id }) => id).sort());
    expect(first.requestsOf('listConnections').map(({ limit }) => limit)).toEqual([8, 8, 8, 8]);
  });

  test('shows a connection as its gateway reports it', async () => {
    const connection = first.connect(acme, { subprotocol: 'chat', clientAddress: '2001:db8::1' });
    expect((await api.request('GET', '/v1/connections')).body.items).toEqual([connection]);
  });

  test('names the gateways that do not answer, and shows the connections of the others', async () => {
    const connection = first.connect(acme);
    second.connect(acme);
    second.unresponsiveTo = ['listConnections'];
    const { status, body } = await api.request('GET', '/v1/connections');
    expect(status).toBe(200);
    expect(body).toEqual({ items: [connection], nextCursor: null, silentGateways: [second.id] });
  });

  test('is filtered by tenant, route, key, gateway, and address in any notation', async () => {
    const apiKeyId = newId('apiKey');
    const sought = first.connect(acme, { apiKeyId, clientAddress: '2001:db8::1' });
    second.connect(other, { clientAddress: '192.0.2.9' });
    for (const filter of [
      'tenant=acme',
      `tenant=${acme}`,
      `route=${sought.routeId}`,
      `key=${apiKeyId}`,
      `gateway=${first.id}`,
      'clientIp=2001:DB8:0:0::0001',
      `tenant=acme&route=${sought.routeId}&clientIp=2001:db8::1`,
    ]) {
      const { body } = await api.request('GET', `/v1/connections?${filter}`);
      expect([filter, body.items]).toEqual([filter, [sought]]);
    }
    const { body } = await api.request('GET', '/v1/connections?clientIp=::ffff:192.0.2.9');
    expect(body.items).toMatchObject([{ tenantId: other }]);
    expect((await api.request('GET', '/v1/connections?tenant=acme&clientIp=192.0.2.9')).body.items).toEqual(
      [],
    );
  });

  test('takes the names of a route and a key of the tenant in the filter or of the sender', async () => {
    const chat = { name: 'chat', match: { path: '/' }, upstreams: [{ url: 'ws://10.0.0.5' }] };
    const route = await api.request('POST', '/v1/tenants/acme/routes', chat);
    const web = await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'web' });
    const sought = first.connect(acme, { routeId: route.body.id, apiKeyId: web.body.id });
    second.connect(acme);
    for (const [filter, token] of [
      ['tenant=acme&route=chat', undefined],
      ['tenant=acme&key=web', undefined],
      ['route=chat&key=web', manager],
    ] as const) {
      const { body } = await api.request(
        'GET',
        `/v1/connections?${filter}`,
        undefined,
        token ? { token } : {},
      );
      expect([filter, body.items]).toEqual([filter, [sought]]);
    }
    const unknown = await api.request('GET', '/v1/connections?tenant=other&route=chat');
    expect([unknown.status, unknown.body.errors[0]?.field]).toEqual([404, 'route']);
  });

  test('with a gateway in the filter, asks only that gateway', async () => {
    await api.request('GET', `/v1/connections?gateway=${first.id}`);
    expect([first.requests.length, second.requests.length]).toEqual([1, 0]);
  });

  test('refuses unknown references and parameters by name', async () => {
    for (const [query, status, code, field] of [
      ['tenant=nobody', 404, 'not_found', 'tenant'],
      [`gateway=${newId('gateway')}`, 404, 'not_found', 'gateway'],
      ['route=chat', 400, 'invalid_request', 'route'],
      ['key=web', 400, 'invalid_request', 'key'],
      ['gateway=first', 400, 'invalid_request', 'gateway'],
      ['clientIp=localhost', 400, 'invalid_request', 'clientIp'],
      ['clientIp=fe80::1%25eth0', 400, 'invalid_request', 'clientIp'],
      ['clientIp=192.0.2.1&clientIp=192.0.2.2', 400, 'invalid_request', 'clientIp'],
      ['limit=201', 400, 'invalid_request', 'limit'],
      ['cursor=x', 400, 'invalid_cursor', 'cursor'],
      ['ip=192.0.2.1', 400, 'invalid_request', 'ip'],
    ] as const) {
      const answer = await api.request('GET', `/v1/connections?${query}`);
      expect([query, answer.status]).toEqual([query, status]);
      expect(answer.body).toMatchObject({ code, errors: [{ field }] });
    }
  });
});

describe('one connection', () => {
  test('is found on any gateway, and has no entity tag', async () => {
    const connection = second.connect(acme);
    const { status, body, headers } = await api.request('GET', `/v1/connections/${connection.id}`);
    expect([status, body]).toEqual([200, connection]);
    expect(headers.get('etag')).toBeNull();
  });

  test('is 404 when no gateway has it', async () => {
    for (const id of [newId('connection'), 'nothing']) {
      const { status, body } = await api.request('GET', `/v1/connections/${id}`);
      expect([status, body.code]).toEqual([404, 'not_found']);
    }
  });

  test('is 503 and not 404 while a gateway that may have it does not answer', async () => {
    const [here, gone] = [first.connect(acme).id, newId('connection')];
    second.unresponsiveTo = ['listConnections'];
    const [found, unknown] = await Promise.all(
      [here, gone].map((id) => api.request('GET', `/v1/connections/${id}`)),
    );
    expect(found?.status).toBe(200);
    expect(unknown?.status).toBe(503);
    expect(unknown?.headers.get('retry-after')).toBe('1');
    expect(unknown?.body).toMatchObject({ code: 'fleet_incomplete', silentGateways: [second.id] });
  });
});

describe('a key of a tenant', () => {
  test('sees and closes only the connections of its own tenant', async () => {
    const own = first.connect(acme);
    const foreign = second.connect(other);
    expect((await asManager('GET', '')).body.items).toEqual([own]);
    expect((await asManager('GET', `?gateway=${second.id}`)).body.items).toEqual([]);
    expect((await asManager('GET', `?route=${foreign.routeId}`)).body.items).toEqual([]);
    for (const method of ['GET', 'DELETE']) {
      for (const path of ['?tenant=other', `?tenant=${other}`, `/${foreign.id}`]) {
        expect([path, (await asManager(method, path)).status]).toEqual([path, 404]);
      }
    }
    expect((await asManager('DELETE', '?all=true')).body).toMatchObject({ matched: 1, closed: 1 });
    expect((await asManager('DELETE', `?route=${foreign.routeId}`)).body).toMatchObject({ matched: 0 });
    expect([first.connections, second.connections]).toEqual([[], [foreign]]);
  });

  test('must also pass all=true to close all connections', async () => {
    expect((await asManager('DELETE', '')).status).toBe(400);
  });
});

describe('while the gateways cannot be reached', () => {
  test('calls that need gateways answer 503 with fleet_unavailable, and other calls work', async () => {
    const { id } = first.connect(acme);
    api.fleet.isAway = true;
    for (const [method, path] of [
      ['GET', ''],
      ['GET', `/${id}`],
      ['DELETE', `/${id}`],
      ['DELETE', '?all=true'],
    ] as const) {
      const { status, body, headers } = await api.request(method, `/v1/connections${path}`);
      expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'fleet_unavailable', '5']);
    }
    expect((await api.request('PATCH', '/v1/tenants/acme', { name: 'Acme' })).status).toBe(200);
    api.fleet.isAway = false;
    expect((await api.request('GET', `/v1/connections/${id}`)).status).toBe(200);
  });
});

function asManager(method: string, path: string): Promise<ApiAnswer> {
  return api.request(method, `/v1/connections${path}`, undefined, { token: manager });
}
