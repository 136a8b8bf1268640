import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { IssuedTicket } from '#libs/contract';
import { hashTicket } from '#libs/credentials';
import { RedisError } from '#libs/redis';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';

const keys = '/v1/tenants/acme/api-keys';
const routes = '/v1/tenants/acme/routes';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
});
afterEach(() => api.remove());

let count = 0;
async function makeKey(fields: object = {}): Promise<{ id: string; key: string }> {
  return (await api.request('POST', keys, { name: `key ${(count += 1)}`, ...fields })).body;
}

async function makeRoute(path: string): Promise<string> {
  const body = { match: { path }, upstreams: [{ url: 'ws://10.0.0.5' }] };
  return (await api.request('POST', routes, body)).body.id;
}

function ticketOf({ body }: ApiAnswer): IssuedTicket {
  return body as unknown as IssuedTicket;
}

test('a ticket is issued for its key and lifetime, and its secret is neither stored nor audited', async () => {
  const { id } = await makeKey();
  const route = await makeRoute('/a');
  const answer = await api.request('POST', `${keys}/${id}/tickets`, { ttlSeconds: 60, routeIds: [route] });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const { ticket, expiresAt } = ticketOf(answer);
  expect(Math.abs(Date.parse(expiresAt) - Date.now() - 60_000)).toBeLessThan(30_000);
  const [entry, ...others] = await api.audited('apiKey.ticket');
  expect(others).toEqual([]);
  expect(entry).toMatchObject({ targetId: id, actorKind: 'admin', details: { ttlSeconds: 60 } });
  const { tenantId } = (await api.request('GET', `${keys}/${id}`)).body as unknown as { tenantId: string };
  expect(await api.tickets.redeem(hashTicket(ticket) ?? '')).toEqual({
    ok: true,
    grant: { tenantId, apiKeyId: id, routeIds: [route] },
  });
  expect(JSON.stringify(entry)).not.toContain(ticket.slice(4, 40));
});

test('a ticket requested without a body lasts 30 seconds on every route of the key, and changes no configuration', async () => {
  const { id } = await makeKey();
  const before = await api.revision();
  const answer = await api.request('POST', `${keys}/${id}/tickets`);
  expect(answer.status).toBe(200);
  expect(await api.revision()).toBe(before);
  const { ticket } = ticketOf(answer);
  expect(await api.tickets.redeem(hashTicket(ticket) ?? '')).toMatchObject({ grant: { routeIds: null } });
});

test('a ticket may name routes by their names', async () => {
  const body = { name: 'chat', match: { path: '/a' }, upstreams: [{ url: 'ws://10.0.0.5' }] };
  const route = (await api.request('POST', routes, body)).body.id;
  const { id } = await makeKey();
  const { ticket } = ticketOf(await api.request('POST', `${keys}/${id}/tickets`, { routeIds: ['chat'] }));
  expect(await api.tickets.redeem(hashTicket(ticket) ?? '')).toMatchObject({ grant: { routeIds: [route] } });
});

test.each([{ ttlSeconds: 0 }, { ttlSeconds: 301 }, { ttlSeconds: 1.5 }, { routeIds: [] }, { uses: 2 }])(
  'a request for a ticket with the body %j is refused',
  async (body) => {
    const { id } = await makeKey();
    const answer = await api.request('POST', `${keys}/${id}/tickets`, body);
    expect([answer.status, answer.body.code]).toEqual([422, 'validation_failed']);
  },
);

test('a ticket cannot be limited to a route that its key does not have', async () => {
  const [one, other] = [await makeRoute('/a'), await makeRoute('/b')];
  const { id } = await makeKey({ routeIds: [one] });
  const answer = await api.request('POST', `${keys}/${id}/tickets`, { routeIds: [one, other] });
  expect(answer.body).toMatchObject({ code: 'validation_failed', errors: [{ field: 'routeIds.1' }] });
});

test('no ticket is issued for a key that may not connect', async () => {
  const revoked = await makeKey();
  await api.request('DELETE', `${keys}/${revoked.id}`);
  const expired = await makeKey();
  await api.expireKey(expired.id);
  const manager = await makeKey({ scopes: ['manage'] });
  for (const [{ id }, status, code] of [
    [revoked, 409, 'key_revoked'],
    [expired, 403, 'key_forbidden'],
    [manager, 403, 'key_forbidden'],
  ] as const) {
    const answer = await api.request('POST', `${keys}/${id}/tickets`);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  }
  expect(await api.audited('apiKey.ticket')).toEqual([]);
});

test('a key issues tickets only for its own tenant, and only for routes on which it may connect itself', async () => {
  const { id } = await makeKey();
  const managing = await makeKey({ scopes: ['manage'] });
  const both = await makeKey({ scopes: ['manage', 'connect'] });
  await api.request('POST', '/v1/tenants', { slug: 'other' });
  const foreign = await api.request('POST', '/v1/tenants/other/api-keys', { name: 'web' });
  const ask = async (token: string, path: string): Promise<number> =>
    (await api.request('POST', `${path}/tickets`, undefined, { token })).status;
  expect(await ask(managing.key, `${keys}/${id}`)).toBe(403);
  expect(await ask(both.key, `${keys}/${id}`)).toBe(200);
  expect(await ask(both.key, `/v1/tenants/other/api-keys/${foreign.body.id}`)).toBe(404);
  expect(await ask(both.key, `${keys}/${foreign.body.id}`)).toBe(404);
});

test('a ticket is refused with 503 and Retry-After while tickets cannot be stored', async () => {
  const { id } = await makeKey();
  vi.spyOn(api.tickets, 'issue').mockRejectedValue(new RedisError('the store of tickets', 'away'));
  const answer = await api.request('POST', `${keys}/${id}/tickets`);
  expect([answer.status, answer.body.code]).toEqual([503, 'fleet_unavailable']);
  expect(answer.headers.get('retry-after')).toBe('5');
});
