import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openApiSocket, refusalOf, type ApiSocket } from '../../../test/support/api-socket.js';
import { adminToken, ApiUnderTest } from '../../../test/support/api-under-test.js';
import { longWait } from '../../../test/support/long-wait.js';
import { ConfigStateEntity, configStateId } from '../database/entities/config-state.entity.js';
import { OutboxRowEntity } from '../database/entities/outbox-row.entity.js';

interface EventMessage {
  type: string;
  epoch: string;
  revision: number;
  tenantId?: string;
}

const acme = '/v1/tenants/acme';

let api: ApiUnderTest;
let acmeId = '';
beforeEach(async () => {
  api = await ApiUnderTest.start();
  acmeId = (await api.request('POST', '/v1/tenants', { slug: 'acme' })).body.id;
});
afterEach(() => api.remove());

function listen(query: string, token = adminToken): Promise<ApiSocket<EventMessage>> {
  return openApiSocket<EventMessage>(api, `/v1/events${query}`, { token });
}

async function rename(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await api.request('PATCH', acme, { name: `Acme ${Math.random()}` });
  }
}

function revisionsOf(messages: readonly EventMessage[]): number[] {
  return messages.filter(({ type }) => type === 'change').map(({ revision }) => revision);
}

test('changes after a revision are replayed, then live ones follow, each once and in order', async () => {
  await rename(25);
  const listening = Array.from({ length: 5 }, () => listen('?since=3'));
  await rename(10);
  for (const { messages } of await Promise.all(listening)) {
    const expected = Array.from({ length: 33 }, (_, index) => index + 4);
    await vi.waitFor(() => expect(revisionsOf(messages)).toEqual(expected), longWait);
    expect(messages.filter(({ type }) => type === 'live')).toHaveLength(1);
  }
});

test('the newest revision replays nothing, and the epoch of a change resumes after it', async () => {
  const first = await listen('?since=1');
  await rename(1);
  await vi.waitFor(() => expect(first.messages).toHaveLength(2), longWait);
  const { epoch, revision } = first.messages[1] ?? { epoch: '', revision: 0 };
  expect(first.messages[0]).toMatchObject({ type: 'live', epoch, revision: 1 });
  const resumed = await listen(`?since=${revision}&epoch=${epoch}`);
  await vi.waitFor(() => expect(resumed.messages).toEqual([{ type: 'live', epoch, revision }]), longWait);
});

test('a key gets the changes of its own tenant only', async () => {
  await api.request('POST', '/v1/tenants', { slug: 'other' });
  const body = { name: 'reader', scopes: ['read'] };
  const { key } = (await api.request('POST', `${acme}/api-keys`, body)).body;
  await api.request('PATCH', '/v1/tenants/other', { name: 'Other' });
  const { messages } = await listen('?since=0', key);
  await vi.waitFor(() => expect(messages.at(-1)?.type).toBe('live'), longWait);
  expect(messages.map(({ type, tenantId }) => [type, tenantId])).toEqual([
    ['change', acmeId],
    ['change', acmeId],
    ['live', undefined],
  ]);
});

test('events of gateways are sent after the replay only', async () => {
  const gateway = api.fleet.addGateway();
  const { messages } = await listen('?since=0');
  await vi.waitFor(() => expect(messages.at(-1)?.type).toBe('live'), longWait);
  await vi.waitFor(() => expect(api.fleet.listenerCount).toBe(1), longWait);
  gateway.publish({ type: 'gatewayResumed', at: '2026-11-22T14:00:00.000Z', gateway: gateway.status() });
  await vi.waitFor(() => expect(messages.at(-1)?.type).toBe('gateway.resumed'), longWait);
});

test.each([
  ['a revision of the future', '?since=2'],
  ['another epoch', '?since=1&epoch=0000'],
])('%s is answered with 410', async (_what, query) => {
  const { status, body } = await refusalOf(api, `/v1/events${query}`, { token: adminToken });
  expect([status, body['code']]).toEqual([410, 'revision_gone']);
});

test('a revision whose changes were removed, or that is more than 10,000 old, is answered with 410', async () => {
  await rename(2);
  await api.database.write((manager) => manager.delete(OutboxRowEntity, { revision: 1 }));
  const removed = await refusalOf(api, '/v1/events?since=0', { token: adminToken });
  expect([removed.status, removed.body['code']]).toEqual([410, 'revision_gone']);
  await api.database.write((manager) =>
    manager.update(ConfigStateEntity, { id: configStateId }, { revision: 10_004 }),
  );
  const old = await refusalOf(api, '/v1/events?since=3', { token: adminToken });
  expect([old.status, old.body['code']]).toEqual([410, 'revision_gone']);
});

test.each([
  '?since=',
  '?since=-1',
  '?since=1.5',
  '?since=x',
  '?since=1&since=2',
  '?epoch=00',
  '?since=1&epoch=',
  '?until=1',
])('the query %s is answered with 400', async (query) => {
  const { status, body } = await refusalOf(api, `/v1/events${query}`, { token: adminToken });
  expect([status, body['code']]).toEqual([400, 'invalid_request']);
});
