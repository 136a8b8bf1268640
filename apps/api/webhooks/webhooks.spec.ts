import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Webhook, WebhookDelivery } from '#libs/contract';
import { signatureHeaders } from '#libs/webhooks';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import { longWait } from '../../../test/support/long-wait.js';
import { WebhookReceiver } from '../../../test/support/webhook-receiver.js';

let api: ApiUnderTest;
let receiver: WebhookReceiver;
beforeEach(async () => {
  receiver = await WebhookReceiver.start();
  api = await ApiUnderTest.start({ environment: { SLUICE_UPSTREAM_ALLOW: '127.0.0.1/32' } });
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
});
afterEach(async () => {
  await api.remove();
  await receiver.close();
});

function create(fields: object = {}, token?: string): Promise<ApiAnswer> {
  const body = { url: receiver.url, events: ['key.created', 'key.revoked', 'tenant.updated'], ...fields };
  return api.request('POST', '/v1/webhooks', body, token === undefined ? {} : { token });
}

async function makeKey(slug: string, scopes: string[]): Promise<{ id: string; key: string }> {
  return (await api.request('POST', `/v1/tenants/${slug}/api-keys`, { name: scopes.join(), scopes })).body;
}

function received(count: number): Promise<void> {
  return vi.waitFor(() => expect(receiver.received).toHaveLength(count), longWait);
}

async function deliveriesOf(id: string, query = ''): Promise<WebhookDelivery[]> {
  const { body } = await api.request('GET', `/v1/webhooks/${id}/deliveries${query}`);
  return body.items as unknown as WebhookDelivery[];
}

test('a change of a key is sent once, signed with the secret that only the creation shows', async () => {
  const created = await create();
  const { id, secret } = created.body as unknown as { id: string; secret: string };
  expect(created.status).toBe(201);
  const made = await makeKey('acme', ['connect']);
  await received(1);
  const [one] = receiver.received;
  expect(one?.message).toMatchObject({ type: 'key.created', data: { id: made.id } });
  const eventId = String(one?.headers['webhook-id']);
  const timestamp = Number(one?.headers['webhook-timestamp']);
  expect(one?.headers).toMatchObject(
    signatureHeaders({ id: eventId, timestamp, body: one?.body ?? '' }, [secret]),
  );
  expect(one?.body).not.toContain(made.key);
  const [delivery, ...others] = await deliveriesOf(id);
  expect([delivery?.eventId, others]).toEqual([eventId, []]);
  expect((await api.request('GET', `/v1/webhooks/${id}`)).text).not.toContain(secret);
  expect((await api.request('GET', '/v1/webhooks')).text).not.toContain(secret);
});

test('a change that fails queues nothing', async () => {
  const { body } = await create({ events: ['tenant.created'] });
  expect((await api.request('POST', '/v1/tenants', { slug: 'acme' })).status).toBe(409);
  expect(await deliveriesOf(body.id)).toEqual([]);
});

test('a tenant gets its own events, and neither sees nor changes the webhooks of others', async () => {
  await api.request('POST', '/v1/tenants', { slug: 'other' });
  const manager = await makeKey('acme', ['manage']);
  const stranger = await makeKey('other', ['manage']);
  const own = await create({}, manager.key);
  expect(own.status).toBe(201);
  const operators = await create({ enabled: false });
  const read = await makeKey('acme', ['read']);
  expect((await create({}, read.key)).status).toBe(403);
  await makeKey('other', ['connect']);
  await received(1);
  expect(receiver.received[0]?.message.data).toMatchObject({ id: read.id });
  const path = `/v1/webhooks/${own.body.id}`;
  for (const [method, target] of [
    ['GET', path],
    ['PATCH', path],
    ['DELETE', path],
    ['POST', `${path}/rotate`],
    ['POST', `${path}/test`],
    ['GET', `${path}/deliveries`],
    ['GET', `/v1/webhooks/${operators.body.id}`],
  ] as const) {
    const answer = await api.request(method, target, method === 'PATCH' ? {} : undefined, {
      token: stranger.key,
    });
    expect([target, answer.status]).toEqual([target, 404]);
  }
  const listed = await api.request('GET', '/v1/webhooks', undefined, { token: manager.key });
  expect(listed.body.items.map(({ id }) => id)).toEqual([own.body.id]);
  expect((await create({ tenant: 'other' }, manager.key)).status).toBe(404);
});

test.each([
  'ftp://hooks.acme.example/',
  'https://user:secret@hooks.acme.example/',
  'https://hooks.acme.example/#a',
  'hooks.acme.example',
])('the URL %s is refused', async (url) => {
  const { status, body } = await create({ url });
  expect([status, body.errors.map(({ field }) => field)]).toEqual([422, ['url']]);
});

test('a failed delivery is retried later, and a replay sends it at once', async () => {
  receiver.status = 500;
  const { body } = await create();
  await makeKey('acme', ['connect']);
  await received(1);
  await vi.waitFor(async () => {
    expect(await deliveriesOf(body.id)).toMatchObject([
      { state: 'pending', attempts: 1, lastError: 'the answer has the status 500' },
    ]);
  }, longWait);
  receiver.status = 204;
  const [delivery] = await deliveriesOf(body.id);
  const path = `/v1/webhooks/${body.id}/deliveries/${delivery?.id}/replay`;
  expect((await api.request('POST', path)).status).toBe(202);
  await received(2);
  await vi.waitFor(
    async () => expect(await deliveriesOf(body.id, '?state=delivered')).toHaveLength(1),
    longWait,
  );
});

test('a test message is sent, also by a disabled webhook, and audited', async () => {
  const { body } = await create({ enabled: false });
  expect((await api.request('POST', `/v1/webhooks/${body.id}/test`)).status).toBe(202);
  await received(1);
  expect(receiver.types).toEqual(['webhook.test']);
  expect(await api.audited('webhook.create', 'webhook.test')).toHaveLength(2);
});

test('after a rotation messages have both signatures until the end of the grace period', async () => {
  const { body } = await create();
  const before = (body as unknown as { secret: string }).secret;
  const path = `/v1/webhooks/${body.id}`;
  const rotated = await api.request('POST', `${path}/rotate`, { graceSeconds: 3600 });
  const after = (rotated.body as unknown as { secret: string }).secret;
  expect(after).not.toBe(before);
  await api.request('POST', `${path}/test`);
  await received(1);
  const [one] = receiver.received;
  const id = String(one?.headers['webhook-id']);
  const timestamp = Number(one?.headers['webhook-timestamp']);
  expect(one?.headers).toMatchObject(
    signatureHeaders({ id, timestamp, body: one?.body ?? '' }, [after, before]),
  );
  const now = await api.request('POST', `${path}/rotate`, { graceSeconds: 0 });
  expect(now.body).toMatchObject({ previousSecretExpiresAt: null });
});

test('events of gateways reach the webhooks of operators', async () => {
  const gateway = api.fleet.addGateway();
  await create({ events: ['gateway.draining'] });
  const at = new Date().toISOString();
  await vi.waitFor(() => {
    gateway.publish({ type: 'gatewayDraining', at, gateway: gateway.status() });
    expect(receiver.types).toEqual(['gateway.draining']);
  }, longWait);
});

test('a webhook is changed with a merge patch and If-Match, and deleted with its queue', async () => {
  const { body } = await create({ enabled: false });
  const path = `/v1/webhooks/${body.id}`;
  const etag = (await api.request('GET', path)).headers.get('etag') ?? '';
  const headers = { 'if-match': etag };
  const patched = await api.request('PATCH', path, { name: 'billing' }, { headers });
  expect(patched.body as unknown as Webhook).toMatchObject({ name: 'billing', enabled: false });
  expect((await api.request('PATCH', path, { name: 'x' }, { headers })).status).toBe(412);
  expect((await api.request('PATCH', path, { events: [] })).status).toBe(422);
  await api.request('POST', `${path}/test`);
  expect((await api.request('DELETE', path)).status).toBe(204);
  expect((await api.request('GET', path)).status).toBe(404);
});
