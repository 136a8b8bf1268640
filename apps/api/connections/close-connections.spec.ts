import { afterEach, beforeEach, expect, test } from 'vitest';
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

test('closing a connection by id closes no other connection', async () => {
  const [sought, neighbour] = [first.connect(acme), first.connect(acme)];
  const answer = await close(`/${sought.id}?code=4001&reason=maintenance`);
  expect([answer.status, answer.body]).toEqual([200, { matched: 1, closed: 1, silentGateways: [] }]);
  expect(first.connections).toEqual([neighbour]);
  expect(first.requestsOf('closeConnections')).toMatchObject([{ code: 4001, reason: 'maintenance' }]);
  expect(second.requestsOf('closeConnections')).toEqual([]);
  expect((await close(`/${sought.id}`)).status).toBe(404);
});

test('closing by a filter closes and counts matching connections on all gateways, with 1008 by default', async () => {
  for (const gateway of [first, first, second]) gateway.connect(acme);
  const stays = second.connect(other);
  const answer = await close('?tenant=acme');
  expect(answer.body).toEqual({ matched: 3, closed: 3, silentGateways: [] });
  expect([...first.connections, ...second.connections]).toEqual([stays]);
  const request = {
    code: 1008,
    reason: 'closed by operator',
    isDryRun: false,
    filter: { tenantId: acme },
  };
  expect(first.requestsOf('closeConnections')).toEqual([request]);
});

test('closing without a filter is refused unless all=true is given', async () => {
  for (const gateway of [first, second]) gateway.connect(acme);
  for (const query of ['', '?code=1001', '?all=false', '?all=true&tenant=acme', '?all=yes']) {
    const answer = await close(query);
    expect([query, answer.status]).toEqual([query, 400]);
    expect(answer.body).toMatchObject({ code: 'invalid_request', errors: [{ field: 'all' }] });
  }
  expect((await close('?all=true')).body).toMatchObject({ closed: 2 });
});

test('a dry run returns the number, closes nothing and is not audited', async () => {
  const { id } = first.connect(acme);
  second.connect(acme);
  const outcome = { matched: 2, closed: 0, silentGateways: [] };
  expect((await close('?tenant=acme&dryRun=true')).body).toEqual(outcome);
  expect((await close(`/${id}?dryRun=true`)).body).toEqual({ ...outcome, matched: 1 });
  expect([first.connections.length, second.connections.length]).toEqual([1, 1]);
  expect(await api.audited('connection.close', 'connections.close')).toEqual([]);
});

test('closing names the gateways that do not answer, and closes the connections of the others', async () => {
  for (const gateway of [first, second]) gateway.connect(acme);
  second.unresponsiveTo = ['closeConnections'];
  const answer = await close('?tenant=acme');
  expect(answer.body).toEqual({ matched: 1, closed: 1, silentGateways: [second.id] });
  const [left] = second.connections;
  const one = await close(`/${left?.id ?? ''}`);
  expect([one.status, one.body.code, one.body.silentGateways]).toEqual([
    503,
    'fleet_incomplete',
    [second.id],
  ]);
});

test('a close code that no endpoint may send, or that an operator may not use, is refused', async () => {
  const codes = [
    '999',
    '1002',
    '1004',
    '1005',
    '1006',
    '1010',
    '1015',
    '1016',
    '2999',
    '3000.5',
    '5000',
    'x',
    '',
  ];
  for (const code of codes) {
    const answer = await close(`?all=true&code=${code}`);
    expect([code, answer.status]).toEqual([code, 400]);
    expect(answer.body).toMatchObject({ code: 'invalid_request', errors: [{ field: 'code' }] });
  }
  expect(first.requests).toEqual([]);
});

test('every allowed close code is forwarded to the gateways', async () => {
  const codes = [1000, 1001, 1003, 1007, 1014, 3000, 4999];
  for (const code of codes) expect((await close(`?all=true&code=${code}`)).status).toBe(200);
  expect(first.requestsOf('closeConnections').map(({ code }) => code)).toEqual(codes);
});

test('closing is audited with actor, target, parameters, address and the newest revision before any connection is closed', async () => {
  const connection = first.connect(acme);
  await close(`/${connection.id}?code=1001`, manager);
  await close('?all=true');
  await close('?tenant=acme&clientIp=192.0.2.1&reason=abuse');
  const revision = await api.revision();
  const audited = await api.audited('connection.close', 'connections.close');
  expect(audited).toMatchObject([
    {
      action: 'connection.close',
      targetId: connection.id,
      tenantId: acme,
      actorKind: 'apiKey',
      details: { code: 1001, reason: 'closed by operator' },
    },
    { action: 'connections.close', targetId: 'all', tenantId: null, actorKind: 'admin' },
    {
      targetId: 'tenant=acme&clientIp=192.0.2.1',
      tenantId: acme,
      details: { code: 1008, reason: 'abuse' },
      clientAddress: '127.0.0.1',
      revision,
    },
  ]);
});

test('no connection is closed when the audit entry cannot be written', async () => {
  const { id } = first.connect(acme);
  await api.refuseWrites();
  for (const path of [`/${id}`, '?all=true']) {
    const answer = await close(path);
    expect([answer.status, answer.body.code]).toEqual([503, 'storage_unavailable']);
  }
  expect(first.requestsOf('closeConnections')).toEqual([]);
  expect((await api.request('GET', `/v1/connections/${id}`)).status).toBe(200);
});

function close(path: string, token?: string): Promise<ApiAnswer> {
  return api.request('DELETE', `/v1/connections${path}`, undefined, token === undefined ? {} : { token });
}
