import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Explanation, PublishedRoute, PublishedTenant } from '#libs/contract';
import { generateTicket } from '#libs/credentials';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import {
  explanationBy,
  explainableRequest,
  verdictOfAnswer,
  verdictOfExplanation,
} from '../support/explained-request.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';

let world: GatewayWorld;
let echo: RunningEcho;
let tenant: PublishedTenant;
beforeEach(async () => {
  echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
  world = await GatewayWorld.start();
  tenant = await world.tenant();
});
afterEach(async () => {
  await world.close();
  await echo.close();
});

function routeTo(url: string, overrides: object = {}, owner = tenant): Promise<PublishedRoute> {
  return world.route(owner, { name: 'chat', match: { path: '/chat' }, upstreams: [{ url }], ...overrides });
}

async function explain(
  target: string,
  headers: Record<string, string> = {},
  tenantId: string | null = null,
): Promise<Explanation> {
  const request = explainableRequest(Buffer.from(upgradeRequest(target, headers)));
  if (!request) throw new Error('the request cannot be said');
  return explanationBy(world, request, tenantId);
}

/** The explanation, which has the verdict of a real handshake with the same fields. */
async function explainRefused(target: string, headers: Record<string, string> = {}): Promise<Explanation> {
  const explanation = await explain(target, headers);
  const { status, body } = await rawRequest(world.port, upgradeRequest(target, headers));
  const { code } = JSON.parse(body) as { code: string };
  expect(verdictOfExplanation(explanation)).toBe(`${status} ${code}`);
  return explanation;
}

function refusedStep({ steps }: Explanation): string | undefined {
  return steps.find(({ outcome }) => outcome === 'refused')?.step;
}

test('an allowed request is explained with its route, key, limits, upstream and the head that would be sent', async () => {
  const upstreams = [{ url: `${echo.url}/base` }];
  const route = await routeTo(echo.url, {
    match: { path: '/chat/:room', pathType: 'template' },
    upstreams,
    auth: {},
    maxConnections: 10,
  });
  const { key, published } = await world.apiKey(tenant, { name: 'web' });
  const explanation = await explain(`/chat/7?api_key=${key}&x=1`, { Origin: 'https://acme.example' });
  expect(explanation).toMatchObject({
    verdict: { allowed: true, status: 101, code: null },
    request: { host: 'gateway.test', path: '/chat/7', origins: ['https://acme.example'] },
    route: { id: route.id, name: 'chat', path: '/chat/:room', parameters: { room: '7' } },
    tenant: { id: tenant.id, status: 'active' },
    credential: { mode: 'apiKey', kind: 'apiKey', source: 'query', keyId: published.id, keyName: 'web' },
    limits: {
      connectRate: null,
      connections: [
        { limit: 'tenant', count: 0 },
        { limit: 'route', count: 0, ceiling: 10 },
        { limit: 'key', count: 0 },
        { limit: 'address', count: 0 },
      ],
    },
    upstreams: [
      {
        url: `${echo.url}/base`,
        state: 'active',
        health: 'unknown',
        turn: 0,
        addresses: [{ address: '127.0.0.1', allowed: true }],
      },
    ],
  });
  expect(explanation.upstreamRequest).toMatch(/^GET \/base\/chat\/7\?x=1 HTTP\/1.1\r\n/);
  expect(new Set(explanation.steps.map(({ outcome }) => outcome))).toEqual(new Set(['passed']));
  expect(JSON.stringify(explanation)).not.toContain(key.slice(-40));
  await world.expectNothingHeld();
  expect(world.records).toEqual([]);
});

test('each refusal names its step, and has the verdict of a real handshake', async () => {
  await routeTo(echo.url, { allowedOrigins: ['https://acme.example'], auth: {} });
  expect(refusedStep(await explainRefused('/elsewhere'))).toBe('match');
  expect(refusedStep(await explainRefused('/chat', { 'Sec-WebSocket-Version': '8' }))).toBe('parse');
  expect(refusedStep(await explainRefused('/chat', { Via: `1.1 ${world.fleetId}` }))).toBe('loop');
  expect(refusedStep(await explainRefused('/chat', { Origin: 'https://evil.example' }))).toBe('origin');
  expect(refusedStep(await explainRefused('/chat'))).toBe('credential');
  const two = { Authorization: 'Bearer slc_a', 'X-Api-Key': 'slc_b' };
  expect(refusedStep(await explainRefused('/chat', two))).toBe('credentialPlaces');
  await world.publish({ kind: 'tenant', id: tenant.id, value: { ...tenant, status: 'suspended' } });
  expect(refusedStep(await explainRefused('/chat'))).toBe('tenant');
});

test('an ordinary request is explained, too, with the head that would be sent', async () => {
  const ask = (target: string): Promise<Explanation> => {
    const request = explainableRequest(Buffer.from(`GET ${target} HTTP/1.1\r\nHost: gateway.test\r\n\r\n`));
    if (!request) throw new Error('the request cannot be said');
    return explanationBy(world, { ...request, method: 'POST' }, null);
  };
  await routeTo(`${echo.url}/base`, { http: 'proxy' });
  await routeTo(echo.url, { match: { path: '/refused' } });
  const forwarded = await ask('/chat?x=1');
  expect(forwarded).toMatchObject({ verdict: { allowed: true, status: 200 }, limits: null });
  expect(forwarded.upstreamRequest).toMatch(
    /^POST \/base\/chat\?x=1 HTTP\/1\.1\r\n[^]*Content-Length: 0\r\n/,
  );
  expect(forwarded.upstreamRequest).not.toMatch(/upgrade/i);
  for (const target of ['/refused', '/nowhere']) {
    const refused = await ask(target);
    expect(refusedStep(refused)).toBe('match');
    const { status, body } = await rawRequest(
      world.port,
      `POST ${target} HTTP/1.1\r\nHost: gateway.test\r\n\r\n`,
    );
    const { code, detail } = JSON.parse(body) as { code: string; detail: string };
    expect(refused.verdict).toMatchObject({ status, code, detail });
  }
});

test('a wrong key is shown neither with its value nor with the key that it resembles', async () => {
  await routeTo(echo.url, { auth: {} });
  const { key } = await world.apiKey(tenant);
  const wrong = key.slice(0, -8) + key.slice(-8).split('').reverse().join('');
  const explanation = await explainRefused('/chat', { Authorization: `Bearer ${wrong}` });
  expect(explanation.credential).toMatchObject({ kind: 'apiKey', source: 'header', keyId: null });
  expect(JSON.stringify(explanation)).not.toContain(wrong.slice(-40));
});

test('a key without the scope or the route is named', async () => {
  await routeTo(echo.url, { auth: {} });
  const { key, published } = await world.apiKey(tenant, { scopes: ['read'] });
  const explanation = await explainRefused('/chat', { Authorization: `Bearer ${key}` });
  expect(explanation.verdict).toMatchObject({ code: 'key_forbidden' });
  expect(explanation.credential).toMatchObject({ keyId: published.id, scopes: ['read'] });
});

test('explanations take no ticket, slot or rate', async () => {
  await routeTo(echo.url, { auth: {}, maxConnections: 1 });
  const { published } = await world.apiKey(tenant);
  const { ticket, ticketHash } = generateTicket();
  await world.tickets.issue(ticketHash, { tenantId: tenant.id, apiKeyId: published.id, routeIds: null }, 60);
  for (let count = 0; count < 3; count += 1) {
    const explanation = await explain(`/chat?ticket=${ticket}`);
    expect(explanation.verdict.allowed).toBe(true);
    expect(explanation.credential).toMatchObject({ kind: 'ticket', keyId: published.id });
  }
  const client = new WebSocket(`${world.url}/chat?ticket=${ticket}`);
  await once(client, 'open');
  const { key } = await world.apiKey(tenant);
  const full = await explainRefused(`/chat?api_key=${key}`);
  expect(refusedStep(full)).toBe('limits');
  expect(full.verdict).toMatchObject({ code: 'connection_limit', limit: 'route', retryAfterSeconds: 5 });
  expect(full.limits?.connections).toContainEqual({ limit: 'route', count: 1, ceiling: 1 });
  client.terminate();
});

test('the step address refuses an upstream that may not be dialed, and names its addresses to operators only', async () => {
  await routeTo('ws://10.0.0.5:9000');
  const explanation = await explainRefused('/chat');
  expect(refusedStep(explanation)).toBe('address');
  expect(explanation.upstreams).toMatchObject([{ addresses: [{ address: '10.0.0.5', allowed: false }] }]);
  expect(explanation.upstreamRequest).toBeNull();
  const forTenant = await explain('/chat', {}, tenant.id);
  expect(forTenant.verdict).toMatchObject({ code: 'upstream_forbidden_address', cause: null });
  expect(forTenant.upstreams).toMatchObject([{ addresses: null }]);
});

test('to a tenant, routes of another tenant match nothing', async () => {
  const other = await world.tenant({ slug: 'other' });
  await routeTo(echo.url, { match: { host: 'other.test', path: '/' } }, other);
  const match = { host: 'shared.test', path: '/b', headers: [{ name: 'X-Beta', value: 'on' }] };
  await routeTo(echo.url, { match }, other);
  await routeTo(echo.url, { match: { host: 'shared.test', path: '/a' } });
  const nothing = await explain('/', { Host: 'nowhere.test' }, tenant.id);
  expect(nothing.verdict).toMatchObject({ status: 404, code: 'no_route' });
  for (const [target, host] of [
    ['/', 'other.test'],
    ['/b', 'shared.test'],
  ] as const) {
    const explanation = await explain(target, { Host: host, 'X-Beta': 'on' }, tenant.id);
    expect({ ...explanation, request: nothing.request }).toEqual(nothing);
    expect((await explain(target, { Host: host, 'X-Beta': 'on' })).verdict.allowed).toBe(true);
  }
  expect((await explain('/a', { Host: 'shared.test' }, tenant.id)).verdict.allowed).toBe(true);
});

test('a draining gateway and a head that the parser refuses are explained as they are answered', async () => {
  await routeTo(echo.url);
  await explainRefused('/chat', { 'Content-Length': '5;' });
  await explainRefused('/chat', { 'X-Large': 'a'.repeat(70_000) });
  world.gateway.beginDrain(60_000);
  expect(refusedStep(await explainRefused('/chat'))).toBe('gateway');
});

test('the verdict of a real 101 is that the gateway would dial', async () => {
  await routeTo(echo.url);
  const client = new WebSocket(`${world.url}/chat`);
  const [response] = (await once(client, 'upgrade')) as [{ statusCode: number }];
  expect(verdictOfAnswer(`HTTP/1.1 ${response.statusCode} Switching Protocols\r\n\r\n`)).toBe(
    verdictOfExplanation(await explain('/chat')),
  );
  client.terminate();
});
