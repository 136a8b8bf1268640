import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Connection } from '#libs/contract';
import type { FleetEvent } from '#libs/fleet';
import { openApiSocket, type ApiSocket } from '../../../test/support/api-socket.js';
import { adminToken, ApiUnderTest } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';
import { longWait } from '../../../test/support/long-wait.js';

const at = '2026-11-22T14:00:00.000Z';
const total = { messages: 3, bytes: 64 };
const end = {
  endedBy: 'client',
  closeCode: 1000,
  reason: null,
  durationMs: 5,
  fromClient: total,
  fromUpstream: total,
} as const;

let api: ApiUnderTest;
let gateway: CommandedGateway;
let acme = '';
let other = '';
beforeEach(async () => {
  api = await ApiUnderTest.start();
  gateway = api.fleet.addGateway();
  acme = (await api.request('POST', '/v1/tenants', { slug: 'acme' })).body.id;
  other = (await api.request('POST', '/v1/tenants', { slug: 'other' })).body.id;
});
afterEach(() => api.remove());

test('an operator receives the events of all gateways, with the type names of the API', async () => {
  const { messages } = await listen(adminToken);
  const events = everyKind(acme);
  await publish(events);
  await vi.waitFor(() => expect(messages).toHaveLength(6), longWait);
  const [opened, closed, omitted, started] = events;
  expect(messages.slice(0, 4)).toEqual([
    { ...opened, type: 'connection.opened' },
    { ...closed, type: 'connection.closed' },
    { ...omitted, type: 'connections.omitted' },
    { ...started, type: 'gateway.started' },
  ]);
  expect(messages.slice(4)).toMatchObject([{ type: 'gateway.draining' }, { type: 'gateway.stopped' }]);
});

test('a key receives the events of its own tenant’s connections, and none of gateways or taps', async () => {
  const key = { name: 'manager', scopes: ['manage'] };
  const token = (await api.request('POST', '/v1/tenants/acme/api-keys', key)).body.key;
  const { messages } = await listen(token);
  await publish([
    ...everyKind(other),
    { type: 'tapFrames', tapId: 'tap', frames: [], omitted: 1 },
    { type: 'tapEnded', tapId: 'tap' },
    ...everyKind(acme),
  ]);
  await vi.waitFor(() => expect(messages).toHaveLength(3), longWait);
  expect(messages.map(({ type }) => type)).toEqual([
    'connection.opened',
    'connection.closed',
    'connections.omitted',
  ]);
  expect(JSON.stringify(messages)).not.toContain(other);
});

test('the API subscribes to gateway events only while it has clients', async () => {
  expect(api.fleet.listenerCount).toBe(0);
  const [first, second] = [await listen(adminToken), await listen(adminToken)];
  await vi.waitFor(() => expect(api.fleet.listenerCount).toBe(1), longWait);
  first.socket.close();
  await first.closed;
  await publish(everyKind(acme));
  await vi.waitFor(() => expect(second.messages).toHaveLength(6), longWait);
  second.socket.close();
  await vi.waitFor(() => expect(api.fleet.listenerCount).toBe(0), longWait);
});

test('changes are sent while the gateways are unreachable, and gateway events resume once they are reachable', async () => {
  api.fleet.isAway = true;
  const { messages } = await listen(adminToken);
  await api.request('PATCH', '/v1/tenants/acme', { name: 'Acme' });
  await vi.waitFor(() => expect(messages).toHaveLength(1), longWait);
  api.fleet.isAway = false;
  await vi.waitFor(() => expect(api.fleet.listenerCount).toBe(1), longWait);
  gateway.publish(everyKind(acme)[0] as FleetEvent);
  await vi.waitFor(() => expect(messages[1]?.type).toBe('connection.opened'), longWait);
  await api.stop();
  expect(api.fleet.listenerCount).toBe(0);
});

async function publish(events: FleetEvent[]): Promise<void> {
  await vi.waitFor(() => expect(api.fleet.listenerCount).toBe(1), longWait);
  for (const event of events) gateway.publish(event);
}

function everyKind(tenantId: string): FleetEvent[] {
  const connection = subjectOf(gateway.connect(tenantId));
  const gatewayId = gateway.id;
  return [
    { type: 'connectionOpened', at, connection },
    { type: 'connectionClosed', at, connection, ...end },
    { type: 'connectionsOmitted', at, gatewayId, tenantId, opened: 7, closed: 0 },
    { type: 'gatewayStarted', at, gateway: gateway.status() },
    { type: 'gatewayDraining', at, gateway: gateway.status() },
    { type: 'gatewayStopped', at, gateway: gateway.status() },
  ];
}

function subjectOf({ id, tenantId, routeId, apiKeyId, gatewayId, clientAddress }: Connection) {
  return { id, tenantId, routeId, apiKeyId, gatewayId, clientAddress };
}

function listen(token: string): Promise<ApiSocket<{ type: string }>> {
  return openApiSocket<{ type: string }>(api, '/v1/events', { token });
}
