import { afterEach, expect, test, vi } from 'vitest';
import { openApiSocket } from '../../../test/support/api-socket.js';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import { longWait } from '../../../test/support/long-wait.js';

const manyLongUrls = Array.from({ length: 64 }, (_, index) => ({
  url: `ws://10.0.0.5/${String(index).padStart(1900, '0')}`,
}));

let api: ApiUnderTest;
let tokens: Record<string, string>;
afterEach(() => api.remove());

test('most of 200 large concurrent writes of a tenant are refused with 429, and no write of an operator', async () => {
  // One of these writes a second, so that a busy machine cannot earn a hundred of them meanwhile.
  await start({ SLUICE_TENANT_WRITES_PER_SECOND: '10' });
  const route = (await api.request('POST', '/v1/tenants/busy/routes', routeOf('busy'))).body;
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      as('busy', 'PATCH', `/v1/tenants/busy/routes/${route.id}`, {
        name: `name ${String(index)}`,
        upstreams: manyLongUrls,
      }),
    ),
  );
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(100);
  expect(answers.filter(({ status }) => status === 200).length).toBe(200 - refused.length);
  expect(new Set(refused.map(({ body }) => body.code))).toEqual(new Set(['write_rate']));
  expect(refused.every(({ headers }) => Number(headers.get('retry-after')) >= 1)).toBe(true);
  expect((await api.request('PATCH', '/v1/tenants/busy', { name: 'Busy' })).status).toBe(200);
  expect((await as('calm', 'PATCH', '/v1/tenants/calm', { name: 'Calm' })).status).toBe(200);
});

test('writes of operators run before all waiting writes, and another tenant waits for one write of a busy tenant', async () => {
  await start();
  const order = await writesHeardOf();
  const { release, isWaiting } = await holdWrites();
  const waiting: Promise<ApiAnswer>[] = [];
  const send = async (answer: Promise<ApiAnswer>): Promise<void> => {
    waiting.push(answer);
    await isWaiting(waiting.length);
  };
  for (let index = 0; index < 20; index += 1) {
    await send(as('busy', 'PATCH', '/v1/tenants/busy', { name: `busy ${String(index)}` }));
  }
  await send(as('calm', 'PATCH', '/v1/tenants/calm', { name: 'Calm' }));
  await send(api.request('PATCH', '/v1/tenants/busy', { status: 'suspended' }));
  release();
  const answers = await Promise.all(waiting);
  expect(answers.at(-1)?.status).toBe(200);
  await vi.waitFor(() => expect(order).toHaveLength(waiting.length), longWait);
  expect(order.slice(0, 3)).toEqual(['busy', 'busy', 'calm']);
  expect(order.slice(3)).toEqual(Array<string>(19).fill('busy'));
  const { items } = (await api.request('GET', '/v1/audit?limit=30')).body as unknown as {
    items: { actor: { kind: string }; action: string }[];
  };
  const acts = items.slice(0, waiting.length).reverse();
  expect(acts[0]?.actor.kind).toBe('admin');
});

test('a ticket request of a tenant runs after waiting writes of operators', async () => {
  await start();
  const fields = { name: 'backend', scopes: ['manage', 'connect'] };
  const { id, key } = (await api.request('POST', '/v1/tenants/busy/api-keys', fields)).body;
  const { release, isWaiting } = await holdWrites();
  const ticket = api.request('POST', `/v1/tenants/busy/api-keys/${id}/tickets`, {}, { token: key });
  await isWaiting(1);
  const change = api.request('PATCH', '/v1/tenants/busy', { name: 'Busy' });
  await isWaiting(2);
  release();
  expect((await Promise.all([ticket, change])).map(({ status }) => status)).toEqual([200, 200]);
  const { items } = (await api.request('GET', '/v1/audit?limit=2')).body as unknown as {
    items: { action: string }[];
  };
  expect(items.map(({ action }) => action)).toEqual(['apiKey.ticket', 'tenant.update']);
});

test('the write rate is a setting, and 0 means no limit', async () => {
  await start({ SLUICE_TENANT_WRITES_PER_SECOND: '0' });
  for (let round = 0; round < 3; round += 1) {
    const calls = Array.from({ length: 60 }, () => as('busy', 'PATCH', '/v1/tenants/none', { name: 'x' }));
    const answers = await Promise.all(calls);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
  }
});

async function start(environment: Record<string, string> = {}): Promise<void> {
  api = await ApiUnderTest.start({ environment });
  tokens = {};
  for (const slug of ['busy', 'calm']) {
    await api.request('POST', '/v1/tenants', { slug, hosts: [`${slug}.example`] });
    const key = { name: 'manager', scopes: ['manage'] };
    tokens[slug] = (await api.request('POST', `/v1/tenants/${slug}/api-keys`, key)).body.key;
  }
}

/** The slugs of the tenants whose changes are committed from now on, in order. */
async function writesHeardOf(): Promise<string[]> {
  const slugs = new Map<string, string>();
  for (const slug of ['busy', 'calm']) {
    slugs.set((await api.request('GET', `/v1/tenants/${slug}`)).body.id, slug);
  }
  const order: string[] = [];
  const { socket } = await openApiSocket(api, '/v1/events', { token: 'an-admin-token-for-tests' });
  socket.on('message', (data: Buffer) => {
    const { tenantId } = JSON.parse(data.toString()) as { tenantId: string };
    order.push(slugs.get(tenantId) ?? tenantId);
  });
  return order;
}

/** Blocks writes until `release` is called. */
async function holdWrites(): Promise<{ release: () => void; isWaiting: (count: number) => Promise<void> }> {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const isHeld = new Promise<void>((resolve) => {
    void api.database.write(() => {
      resolve();
      return held;
    });
  });
  await isHeld;
  const isWaiting = (count: number): Promise<void> =>
    vi.waitFor(() => expect(api.database.waitingWrites).toBe(count), longWait);
  return { release, isWaiting };
}

function as(slug: string, method: string, path: string, body: object): Promise<ApiAnswer> {
  return api.request(method, path, body, { token: tokens[slug] ?? '' });
}

function routeOf(slug: string): object {
  return { match: { host: `${slug}.example`, path: '/' }, upstreams: [{ url: 'ws://10.0.0.5' }] };
}
