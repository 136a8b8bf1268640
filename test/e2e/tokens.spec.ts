import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { PublishedRoute, PublishedTenant } from '#libs/contract';
import { generateApiKey } from '#libs/credentials';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';
import { TokenIssuer } from '../support/token-issuer.js';

let world: GatewayWorld;
let issuer: TokenIssuer;
let echo: RunningEcho;
let tenant: PublishedTenant;

beforeEach(async () => {
  world = await GatewayWorld.start();
  issuer = await TokenIssuer.start();
  echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
  tenant = await world.tenant();
});

afterEach(async () => {
  await world.expectNothingHeld();
  await world.close();
  await echo.close();
  await issuer.close();
});

function tokenRoute(upstreamUrl: string, jwt: object = {}): Promise<PublishedRoute> {
  const keys = { issuer: issuer.issuer, audience: [issuer.audience], jwksUrl: issuer.jwksUrl };
  return world.route(tenant, {
    upstreams: [{ url: upstreamUrl }],
    auth: { mode: 'jwt', jwt: { ...keys, ...jwt } },
  });
}

async function refusal(target: string, headers: Record<string, string> = {}): Promise<unknown> {
  const { status, body, headers: answered } = await rawRequest(world.port, upgradeRequest(target, headers));
  const { code } = JSON.parse(body) as { code: string };
  return { status, code, retryAfter: answered['retry-after'] };
}

test('a token in each place opens a connection, and a browser gets its subprotocol selected', async () => {
  await tokenRoute(echo.url);
  const token = await issuer.sign();
  const openers = [
    () => new WebSocket(world.url, { headers: { authorization: `Bearer ${token}` } }),
    () => new WebSocket(`${world.url}/?access_token=${token}`),
    () => new WebSocket(world.url, [`sluice.jwt.${token}`]),
  ];
  const protocols: string[] = [];
  for (const open of openers) {
    const client = open();
    await once(client, 'open');
    protocols.push(client.protocol);
    client.send('hello');
    const [message] = (await once(client, 'message')) as [Buffer];
    expect(message.toString()).toBe('hello');
    client.close();
    await once(client, 'close');
  }
  expect(protocols).toEqual(['', '', `sluice.jwt.${token}`]);
  expect(issuer.requests).toBe(1);
});

test('no token is forwarded to the upstream from any place', async () => {
  const upstream = await CountingUpstream.start((socket) => socket.once('data', () => socket.destroy()));
  await tokenRoute(upstream.url);
  const token = await issuer.sign();
  const fields = { Authorization: `Bearer ${token}`, 'Sec-WebSocket-Protocol': `chat, sluice.jwt.${token}` };
  await refusal(`/?access_token=${token}&a=1`, fields);
  expect(upstream.received).toContain('GET /?a=1 HTTP/1.1');
  expect(upstream.received).toContain('Sec-WebSocket-Protocol: chat\r\n');
  expect(upstream.received).not.toContain(token);
  expect(JSON.stringify(world.records)).not.toContain(token);
  await upstream.close();
});

test('a connection closes with 1008 when its token expires', async () => {
  await tokenRoute(echo.url);
  const exp = Math.floor(Date.now() / 1000) + 2;
  const client = new WebSocket(`${world.url}/?access_token=${await issuer.sign({ exp })}`);
  await once(client, 'open');
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  expect([code, reason.toString()]).toEqual([1008, 'token expired']);
  expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
});

test('each kind of invalid token is refused with its code', async () => {
  await tokenRoute(echo.url, { requiredClaims: { role: 'admin' } });
  const admin = await issuer.sign({ role: 'admin' });
  const { key } = generateApiKey();
  expect(await refusal('/')).toMatchObject({ status: 401, code: 'token_required' });
  expect(await refusal('/?access_token=wrong')).toMatchObject({ status: 401, code: 'token_invalid' });
  expect(await refusal('/', { Authorization: `Bearer ${key}` })).toMatchObject({ code: 'token_invalid' });
  const old = await issuer.sign({ role: 'admin', exp: 1 });
  expect(await refusal(`/?access_token=${old}`)).toMatchObject({ status: 401, code: 'token_expired' });
  const user = await issuer.sign({ role: 'user' });
  expect(await refusal(`/?access_token=${user}`)).toMatchObject({ status: 403, code: 'token_forbidden' });
  expect(await refusal(`/?access_token=${admin}`, { 'X-Api-Key': key })).toMatchObject({
    code: 'bad_handshake',
  });
});

test('without keys of the issuer the answer is 503 with Retry-After', async () => {
  issuer.answer = (_, response) => response.writeHead(500).end();
  await tokenRoute(echo.url);
  const token = await issuer.sign();
  expect(await refusal(`/?access_token=${token}`)).toEqual({
    status: 503,
    code: 'token_keys_unavailable',
    retryAfter: '5',
  });
});

test('the keys are not fetched from a forbidden address', async () => {
  const jwksUrl = issuer.jwksUrl.replace('127.0.0.1', '[::1]');
  await tokenRoute(echo.url, { jwksUrl });
  const token = await issuer.sign();
  expect(await refusal(`/?access_token=${token}`)).toMatchObject({ code: 'token_keys_unavailable' });
  const record = await world.nextRecord();
  expect(record).toHaveProperty('detail', expect.stringContaining('upstream_forbidden_address'));
});
