import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { PublishedTenant } from '#libs/contract';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { rawRequest, upgradeRequest, type RawAnswer } from '../support/raw-request.js';
import { alteredCredential } from '../support/altered-credential.js';

let world: GatewayWorld;
let upstream: CountingUpstream;
let tenant: PublishedTenant;

beforeEach(async () => {
  world = await GatewayWorld.start();
  upstream = await CountingUpstream.start();
  tenant = await world.tenant();
});

afterEach(async () => {
  await world.expectNothingHeld();
  await world.close();
  await upstream.close();
});

async function ask(target: string, changes: Record<string, string | null> = {}): Promise<RawAnswer> {
  return rawRequest(world.port, upgradeRequest(target, changes));
}

function expectProblem(answer: RawAnswer, status: number, code: string): void {
  expect({ status: answer.status, body: JSON.parse(answer.body) as unknown }).toMatchObject({
    status,
    body: { status, code },
  });
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.headers['x-request-id']).toMatch(/^req_/);
}

describe('a request that is not a handshake is refused with its code, and nothing is dialed', () => {
  // One case for each code, and for each way in which Node.js reports a request; all other cases are in
  // libs/handshake/upgrade-request.spec.ts and test/attack/families.
  const cases: [name: string, bytes: string, status: number, code: string][] = [
    ['no Upgrade', upgradeRequest('/', { Upgrade: null }), 400, 'bad_handshake'],
    ['an old version', upgradeRequest('/', { 'Sec-WebSocket-Version': '8' }), 426, 'version_unsupported'],
    ['a body', upgradeRequest('/', { 'Content-Length': '5' }) + 'hello', 413, 'body_forbidden'],
    ['CONNECT', 'CONNECT other.test:80 HTTP/1.1\r\nHost: other.test:80\r\n\r\n', 400, 'bad_handshake'],
    ['a NUL', upgradeRequest('/a%00'), 400, 'bad_path'],
    ['a long target', upgradeRequest(`/${'a'.repeat(40_000)}`), 414, 'uri_too_long'],
    ['a large header', upgradeRequest('/', { 'X-Large': 'a'.repeat(70_000) }), 431, 'headers_too_large'],
    ['a plain request', 'GET / HTTP/1.1\r\nHost: gateway.test\r\n\r\n', 400, 'bad_handshake'],
    [
      'an expectation',
      'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n',
      400,
      'bad_handshake',
    ],
    ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400, 'bad_handshake'],
  ];

  test.each(cases)('%s', async (_name, bytes, status, code) => {
    await world.route(tenant, { upstreams: [{ url: upstream.url }] });
    expectProblem(await rawRequest(world.port, bytes), status, code);
    expect(upstream.connections).toBe(0);
  });

  test('a refused version is answered with the supported one', async () => {
    const answer = await ask('/', { 'Sec-WebSocket-Version': '8' });
    expect(answer.headers['sec-websocket-version']).toBe('13');
  });
});

describe('a handshake that is not admitted', () => {
  test('gets 404 if no route matches', async () => {
    await world.route(tenant, { match: { host: 'chat.test', path: '/chat' } });
    expectProblem(await ask('/chatter', { Host: 'chat.test' }), 404, 'no_route');
    expectProblem(await ask('/chat', { Host: 'other.test' }), 404, 'no_route');
  });

  test('gets 401 without a key, with a mistyped key, with a wrong secret, and with a key of another tenant', async () => {
    await world.route(tenant, { auth: {}, upstreams: [{ url: upstream.url }] });
    const other = await world.apiKey(await world.tenant({ slug: 'other' }));
    const mine = await world.apiKey(tenant);
    const answer = await ask('/');
    expectProblem(answer, 401, 'key_required');
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expectProblem(await ask('/', { 'X-Api-Key': alteredCredential(mine.key) }), 401, 'key_invalid');
    expectProblem(await ask('/', { 'X-Api-Key': other.key }), 401, 'key_invalid');
    const unknown = await world.apiKey(tenant);
    await world.publish({ kind: 'apiKey', id: unknown.published.id, value: null });
    expectProblem(await ask('/', { 'X-Api-Key': unknown.key }), 401, 'key_invalid');
    expect(upstream.connections).toBe(0);
  });

  test('gets 401 with an expired key', async () => {
    await world.route(tenant, { auth: {} });
    const { key } = await world.apiKey(tenant, { expiresAt: '2020-01-01T00:00:00Z' });
    expectProblem(await ask('/', { Authorization: `Bearer ${key}` }), 401, 'key_expired');
  });

  test('gets 403 with a key of a different scope or route', async () => {
    const route = await world.route(tenant, { match: { path: '/a' }, auth: {} });
    await world.route(tenant, { match: { path: '/b' }, auth: {} });
    const manage = await world.apiKey(tenant, { scopes: ['manage'] });
    expectProblem(await ask('/a', { 'X-Api-Key': manage.key }), 403, 'key_forbidden');
    const forA = await world.apiKey(tenant, { routeIds: [route.id] });
    expectProblem(await ask('/b', { 'X-Api-Key': forA.key }), 403, 'key_forbidden');
  });

  test('gets 403 if the tenant is suspended, before its key is checked', async () => {
    const suspended = await world.tenant({ slug: 'late', status: 'suspended' });
    await world.route(suspended, { match: { path: '/late' }, auth: {} });
    expectProblem(await ask('/late'), 403, 'tenant_suspended');
  });

  test('gets 403 with an origin that is not allowed', async () => {
    await world.route(tenant, { allowedOrigins: ['https://app.test'] });
    expectProblem(await ask('/', { Origin: 'https://app.test.evil.test' }), 403, 'origin_forbidden');
  });

  test('gets 400 with two different credentials', async () => {
    await world.route(tenant, { auth: {} });
    const [one, two] = [await world.apiKey(tenant), await world.apiKey(tenant)];
    expectProblem(await ask(`/?api_key=${one.key}`, { 'X-Api-Key': two.key }), 400, 'bad_handshake');
  });

  test('is recorded at once, however late the client closes', async () => {
    const client = connect({ port: world.port, host: '127.0.0.1', allowHalfOpen: true });
    client.write(upgradeRequest('/'));
    await once(client, 'data');
    const requestId: unknown = expect.stringMatching(/^req_/);
    expect(await world.nextRecord()).toMatchObject({ outcome: 'refused', code: 'no_route', requestId });
    expect(world.gateway.held().sockets).toBe(1);
    client.end();
  });

  test('has the id that the client sent in the answer and in the record', async () => {
    const answer = await ask('/', { 'X-Request-Id': 'trace-1' });
    expect(answer.headers['x-request-id']).toBe('trace-1');
    expect(JSON.parse(answer.body)).toMatchObject({ requestId: 'trace-1' });
    expect(await world.nextRecord()).toMatchObject({ requestId: 'trace-1' });
  });

  test('leaves no key in the record of its refusal', async () => {
    await world.route(tenant, { auth: {} });
    const { key } = await world.apiKey(await world.tenant({ slug: 'other' }));
    await ask(`/?api_key=${key}`);
    expect(JSON.stringify(await world.nextRecord())).not.toContain(key.slice(20));
  });
});

describe('an upstream', () => {
  async function routeTo(url: string, overrides: Record<string, unknown> = {}): Promise<void> {
    await world.route(tenant, { upstreams: [{ url }], ...overrides });
  }

  test('that refuses connections results in 502 upstream_refused', async () => {
    const away = await CountingUpstream.start();
    const { url } = away;
    await away.close();
    await routeTo(url);
    expectProblem(await ask('/'), 502, 'upstream_refused');
  });

  test('on a forbidden address results in 502 upstream_forbidden_address, and is not dialed', async () => {
    const strict = await GatewayWorld.start({ SLUICE_UPSTREAM_ALLOW: '10.0.0.0/8' });
    await strict.route(await strict.tenant(), { upstreams: [{ url: upstream.url }] });
    expectProblem(await rawRequest(strict.port, upgradeRequest('/')), 502, 'upstream_forbidden_address');
    expect(upstream.connections).toBe(0);
    await strict.close();
  });

  test('that does not answer results in 504 upstream_timeout', async () => {
    await routeTo(upstream.url, { timeouts: { handshakeMs: 50 } });
    expectProblem(await ask('/'), 504, 'upstream_timeout');
  });

  test('that answers with a wrong Sec-WebSocket-Accept results in 502 upstream_bad_handshake', async () => {
    const answer =
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Accept: wrong\r\n\r\n';
    const wrong = await CountingUpstream.start((socket) => socket.once('data', () => socket.end(answer)));
    await routeTo(wrong.url);
    expectProblem(await ask('/'), 502, 'upstream_bad_handshake');
    await wrong.close();
  });

  test('that answers with a status other than 101 has its answer forwarded as an ordinary HTTP answer', async () => {
    const answer =
      'HTTP/1.1 403 Forbidden\r\nContent-Length: 7\r\nX-Reason: paid\r\nConnection: keep-alive\r\n\r\nnot you';
    const busy = await CountingUpstream.start((socket) => socket.once('data', () => socket.write(answer)));
    await routeTo(busy.url);
    const passedOn = await ask('/');
    expect(passedOn).toMatchObject({
      status: 403,
      body: 'not you',
      headers: { 'x-reason': 'paid', connection: 'close' },
    });
    expect(await world.nextRecord()).toMatchObject({
      outcome: 'refused',
      code: 'upstream_answer',
      status: 403,
    });
    await busy.close();
  });
});

describe('the upstream request', () => {
  let echo: RunningEcho;

  beforeEach(async () => {
    echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
  });

  afterEach(() => echo.close());

  test('contains no key, no hop-by-hop header and no forwarding header of the client', async () => {
    await world.route(tenant, {
      auth: {},
      upstreams: [{ url: upstream.url }],
      timeouts: { handshakeMs: 100 },
      requestHeaders: { set: { 'X-Tenant': 'acme' }, remove: ['X-Internal'] },
    });
    const { key } = await world.apiKey(tenant);
    await ask(`/room?b=1&api_key=${key}&a=%20`, {
      'X-Forwarded-For': '203.0.113.9',
      'X-Internal': '1',
      'Keep-Alive': 'timeout=5',
      'x-CaSe': 'kept',
    });
    await expect.poll(() => upstream.received).toContain('\r\n\r\n');
    expect(upstream.received).toContain('GET /room?b=1&a=%20 HTTP/1.1\r\n');
    expect(upstream.received).toContain('x-CaSe: kept\r\n');
    expect(upstream.received).toContain('X-Tenant: acme\r\n');
    expect(upstream.received).toMatch(/x-forwarded-for: 127\.0\.0\.1\r\n/i);
    expect(upstream.received).not.toMatch(/203\.0\.113\.9|slc_|keep-alive|x-internal/i);
  });

  test.each(['header', 'bearer', 'query', 'subprotocol'])(
    'contains no part of a key presented as %s',
    async (source) => {
      await world.route(tenant, { auth: {}, upstreams: [{ url: echo.url }] });
      const { key } = await world.apiKey(tenant);
      const protocols = source === 'subprotocol' ? [`sluice.key.${key}`, 'chat'] : ['chat'];
      const headers =
        { header: { 'X-Api-Key': key }, bearer: { Authorization: `Bearer ${key}` } }[source] ?? {};
      const query = source === 'query' ? `?api_key=${key}` : '';
      const client = new WebSocket(`${world.url}/${query}`, protocols, { headers });
      await once(client, 'open');
      expect(client.protocol).toBe('chat');
      client.close();
      await once(client, 'close');
    },
  );
});
