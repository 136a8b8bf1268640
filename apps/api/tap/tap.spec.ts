import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newId, type Connection } from '#libs/contract';
import type { FleetRequest, TapFrame } from '#libs/fleet';
import {
  openApiSocket,
  refusalOf,
  type ApiSocket,
  type SocketCredential,
} from '../../../test/support/api-socket.js';
import { adminToken, ApiUnderTest } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';
import { longWait } from '../../../test/support/long-wait.js';
import { openSocket, upgradeRequest } from '../../../test/support/raw-request.js';

interface TapMessage {
  type: string;
  count?: number;
}

const frame: TapFrame = {
  at: '2026-11-22T14:00:00.000Z',
  from: 'client',
  opcode: 'text',
  isFinal: true,
  isCompressed: false,
  length: 5,
  payload: { bytes: 'aGVsbG8=', isTruncated: false, isInflated: false, unknownBytes: 0 },
};

let api: ApiUnderTest;
let gateway: CommandedGateway;
let connection: Connection;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  const acme = (await api.request('POST', '/v1/tenants', { slug: 'acme' })).body.id;
  await api.request('POST', '/v1/tenants', { slug: 'other' });
  gateway = api.fleet.addGateway();
  connection = gateway.connect(acme);
});
afterEach(() => api.remove());

test('a watcher receives each frame and the number of omitted frames, and nothing of other taps', async () => {
  const { messages } = await tap('?payloadBytes=64');
  const { tapId, ...request } = runningTap();
  expect(request).toEqual({ connectionId: connection.id, payloadBytes: 64, leaseMs: 15_000 });
  gateway.publish({ type: 'tapFrames', tapId: 'another', frames: [frame], omitted: 0 });
  gateway.publish({ type: 'tapFrames', tapId, frames: [frame, { ...frame, from: 'upstream' }], omitted: 0 });
  gateway.publish({ type: 'tapFrames', tapId, frames: [frame], omitted: 7 });
  await vi.waitFor(() => expect(messages).toHaveLength(4), longWait);
  expect(messages).toEqual([
    { type: 'frame', ...frame },
    { type: 'frame', ...frame, from: 'upstream' },
    { type: 'omitted', count: 7 },
    { type: 'frame', ...frame },
  ]);
});

test('a key with the scope read may not tap', async () => {
  const body = { name: 'reader', scopes: ['read'] };
  const token = (await api.request('POST', '/v1/tenants/acme/api-keys', body)).body.key;
  const refusal = await refusalOf(api, `/v1/connections/${connection.id}/tap`, { token });
  expect(refusal).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  expect(gateway.taps.size).toBe(0);
});

test('the end of the connection ends the tap with 1000', async () => {
  const { closed } = await tap();
  gateway.publish({ type: 'tapEnded', tapId: runningTap().tapId });
  expect(await closed).toEqual([1000, 'connection ended']);
  await vi.waitFor(() => expect(api.fleet.listenerCount).toBe(0), longWait);
  expect(gateway.requestsOf('endTap')).toEqual([]);
});

test('a gateway that stops ends the tap with 1011', async () => {
  const { closed } = await tap();
  gateway.publish({ type: 'gatewayStopped', at: frame.at, gateway: gateway.status() });
  expect(await closed).toEqual([1011, 'gateway lost']);
});

test('a watcher that disconnects ends the tap at the gateway, and leaves no listener', async () => {
  const { socket } = await tap();
  expect(gateway.taps.size).toBe(1);
  socket.close();
  await expectNothingLeft();
});

test.each([
  ['ends', (socket: Socket) => socket.destroy()],
  ['resets', (socket: Socket) => socket.resetAndDestroy()],
])('a client that %s its socket before the upgrade leaves no tap', async (_how, leave) => {
  let proceed: () => void = () => undefined;
  gateway.mayAnswer = new Promise((resolve) => (proceed = resolve));
  const socket = await openSocket(Number(new URL(api.url).port));
  const authorization = { Authorization: `Bearer ${adminToken}` };
  socket.write(upgradeRequest(`/v1/connections/${connection.id}/tap`, authorization));
  await vi.waitFor(() => expect(gateway.requests).toHaveLength(1), longWait);
  leave(socket);
  // Once this is answered, the API has received the event too.
  await api.request('GET', '/healthz');
  proceed();
  await vi.waitFor(() => expect(gateway.requestsOf('endTap')).toHaveLength(1), longWait);
  await expectNothingLeft();
});

test('a browser sends its token as a subprotocol, and only the other subprotocol is sent back', async () => {
  const protocols = ['sluice.tap', `sluice.token.${adminToken}`];
  const { socket } = await openApiSocket(api, `/v1/connections/${connection.id}/tap`, { protocols });
  expect(socket.protocol).toBe('sluice.tap');
});

test('the end of the credential ends the tap with 1008', async () => {
  const token = await keyOf('acme', 'manage');
  const { closed } = await tap('', { token });
  await api.request('PATCH', '/v1/tenants/acme', { status: 'suspended' });
  expect(await closed).toEqual([1008, 'tenant suspended']);
  await expectNothingLeft();
});

test('a stopping API ends the tap with 1001, and notifies the gateway', async () => {
  const { closed } = await tap();
  await api.stop();
  expect(await closed).toEqual([1001, 'API stops']);
  await expectNothingLeft();
});

test('a tap of a missing or forbidden connection is refused before the upgrade', async () => {
  const unknown = `/v1/connections/${newId('connection')}/tap`;
  const cases: [string, SocketCredential, number, string][] = [
    ['', {}, 401, 'unauthorized'],
    ['', { token: await keyOf('acme', 'connect') }, 403, 'forbidden'],
    ['', { token: await keyOf('other', 'manage') }, 404, 'not_found'],
    [unknown, { token: adminToken }, 404, 'not_found'],
    ['?payloadBytes=65537', { token: adminToken }, 400, 'invalid_request'],
    ['?payloadBytes=-1', { token: adminToken }, 400, 'invalid_request'],
    ['?payload=1', { token: adminToken }, 400, 'invalid_request'],
  ];
  for (const [path, credential, status, code] of cases) {
    const target = path.startsWith('/') ? path : `/v1/connections/${connection.id}/tap${path}`;
    const refusal = await refusalOf(api, target, credential);
    expect([path, refusal.status, refusal.body['code']]).toEqual([path, status, code]);
    expect(refusal.type).toBe('application/problem+json');
  }
  expect(await api.audited('connection.tap')).toEqual([]);
  expect(gateway.requestsOf('tapConnection')).toEqual([]);
});

test('a tap that cannot begin is refused before the upgrade, and leaves no listener', async () => {
  gateway.refusesTaps = true;
  expect(await refusal()).toMatchObject({ status: 429, body: { code: 'tap_limit' } });
  gateway.unresponsiveTo = ['tapConnection'];
  const incomplete = { code: 'fleet_incomplete', silentGateways: [gateway.id] };
  expect(await refusal()).toMatchObject({ status: 503, body: incomplete });
  gateway.unresponsiveTo = ['listConnections'];
  expect(await refusal()).toMatchObject({ status: 503, body: incomplete });
  api.fleet.isAway = true;
  expect(await refusal()).toMatchObject({ status: 503, body: { code: 'fleet_unavailable' } });
  api.fleet.isAway = false;
  await expectNothingLeft();
});

test('a tap is audited before it begins, and does not begin if that fails', async () => {
  const token = await keyOf('acme', 'manage');
  await tap('?payloadBytes=64', { token });
  const { id: targetId, tenantId } = connection;
  const entry = {
    targetId,
    tenantId,
    actorKind: 'apiKey',
    details: { payloadBytes: 64 },
    clientAddress: '127.0.0.1',
  };
  expect(await api.audited('connection.tap')).toMatchObject([entry]);
  await api.refuseWrites();
  expect(await refusal()).toMatchObject({ status: 503, body: { code: 'storage_unavailable' } });
  expect(gateway.taps.size).toBe(1);
});

test('a request for the tap without a handshake is refused with bad_handshake', async () => {
  const answer = await api.request('GET', `/v1/connections/${connection.id}/tap`);
  expect([answer.status, answer.body.code]).toEqual([400, 'bad_handshake']);
});

function tap(
  query = '',
  credential: SocketCredential = { token: adminToken },
): Promise<ApiSocket<TapMessage>> {
  return openApiSocket<TapMessage>(api, `/v1/connections/${connection.id}/tap${query}`, credential);
}

function refusal(): ReturnType<typeof refusalOf> {
  return refusalOf(api, `/v1/connections/${connection.id}/tap`, { token: adminToken });
}

function runningTap(): FleetRequest<'tapConnection'> {
  const [running] = gateway.taps.values();
  if (running === undefined) throw new Error('nothing is tapped');
  return running;
}

async function keyOf(tenant: string, scope: 'connect' | 'manage'): Promise<string> {
  const body = { name: scope, scopes: [scope] };
  return (await api.request('POST', `/v1/tenants/${tenant}/api-keys`, body)).body.key;
}

async function expectNothingLeft(): Promise<void> {
  await vi.waitFor(() => expect([api.fleet.listenerCount, gateway.taps.size]).toEqual([0, 0]), longWait);
}
