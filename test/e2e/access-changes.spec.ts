import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { newId, publishedRouteSchema, type PublishedRoute, type PublishedTenant } from '#libs/contract';
import { generateTicket } from '#libs/credentials';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { GatewayWorld, type TestKey } from '../support/gateway-world.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';
import { RawUpstream } from '../support/raw-upstream.js';
import { CertificateFolder, testCertificate } from '../support/tls-certificates.js';
import { TokenIssuer } from '../support/token-issuer.js';

const accessChanged = [1008, 'access changed'];
const allowedOrigins = ['https://app.acme.example'];

let world: GatewayWorld;
let echo: RunningEcho;
let certificates: CertificateFolder;
let tenant: PublishedTenant;
let clients: WebSocket[];

beforeEach(async () => {
  clients = [];
  echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
  certificates = await CertificateFolder.make();
  world = await GatewayWorld.start({
    SLUICE_GATEWAY_TLS_LISTEN: '127.0.0.1:0',
    SLUICE_TLS_CERTIFICATES: certificates.path,
    SLUICE_TLS_CLIENT_CA: new URL('../support/certificates/ca.crt', import.meta.url).pathname,
  });
  tenant = await world.tenant();
});

afterEach(async () => {
  for (const client of clients) client.terminate();
  await world.expectNothingHeld();
  await world.close();
  await certificates.remove();
  await echo.close();
});

function routeTo(fields: Record<string, unknown> = {}): Promise<PublishedRoute> {
  return world.route(tenant, { upstreams: [{ url: echo.url }], ...fields });
}

async function change(route: PublishedRoute, fields: Record<string, unknown>): Promise<PublishedRoute> {
  const value = publishedRouteSchema.parse({ ...route, ...fields });
  await world.publish({ kind: 'route', id: route.id, value });
  return value;
}

async function changeKey({ published }: TestKey, fields: Partial<TestKey['published']>): Promise<void> {
  await world.publish({ kind: 'apiKey', id: published.id, value: { ...published, ...fields } });
}

async function open(options: ClientOptions = {}, target = '/', url = world.url): Promise<WebSocket> {
  const client = new WebSocket(`${url}${target}`, options);
  clients.push(client);
  await once(client, 'open');
  return client;
}

function openWith({ key }: TestKey, target = '/'): Promise<WebSocket> {
  return open({ headers: { 'X-Api-Key': key } }, target);
}

async function closeOf(client: WebSocket): Promise<unknown[]> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return [code, reason.toString()];
}

async function expectEcho(client: WebSocket): Promise<void> {
  client.send('still here');
  expect(await once(client, 'message')).toEqual([Buffer.from('still here'), false]);
}

describe('a key that loses access has its live connections closed with 1008 access changed, with any policy of the route', () => {
  let route: PublishedRoute;
  let key: TestKey;

  beforeEach(async () => {
    route = await routeTo({ auth: {} });
    key = await world.apiKey(tenant);
  });

  test('when a route is removed from routeIds; connections on other routes stay open', async () => {
    const kept = await routeTo({ match: { path: '/kept' }, auth: {} });
    const [lost, staying] = [await openWith(key), await openWith(key, '/kept')];
    const closed = closeOf(lost);
    await changeKey(key, { routeIds: [kept.id] });
    expect(await closed).toEqual(accessChanged);
    expect(await world.nextRecord()).toMatchObject({
      endedBy: 'gateway',
      closeCode: 1008,
      reason: 'access changed',
      apiKeyId: key.published.id,
    });
    await expectEcho(staying);
  });

  test('when it loses the scope connect', async () => {
    const closed = closeOf(await openWith(key));
    await changeKey(key, { scopes: ['read'] });
    expect(await closed).toEqual(accessChanged);
  });

  test('when a ticket of the key opened the connection', async () => {
    const { ticket, ticketHash } = generateTicket();
    const { id: apiKeyId } = key.published;
    await world.tickets.issue(ticketHash, { tenantId: tenant.id, apiKeyId, routeIds: null }, 300);
    const closed = closeOf(await open({}, `/?ticket=${ticket}`));
    await changeKey(key, { routeIds: [newId('route')] });
    expect(await closed).toEqual(accessChanged);
  });

  test('when it loses the route during the handshake', async () => {
    const upstream = await RawUpstream.start();
    await change(route, { upstreams: [{ url: upstream.url }] });
    const asked = upstream.nextHandshake();
    const client = new WebSocket(world.url, { headers: { 'X-Api-Key': key.key } });
    const handshake = await asked;
    await changeKey(key, { routeIds: [newId('route')] });
    const closed = closeOf(client);
    handshake.accept();
    expect(await closed).toEqual(accessChanged);
    handshake.socket.end();
    await upstream.close();
  });

  test('but not when the key gains or keeps the route', async () => {
    const client = await openWith(key);
    await changeKey(key, { routeIds: [route.id], scopes: ['connect', 'read'] });
    await expectEcho(client);
  });
});

describe('a route with onAccessChange "close" closes exactly the connections that it would no longer admit', () => {
  test('when allowedOrigins change', async () => {
    const route = await routeTo({ onAccessChange: 'close' });
    const [allowed, foreign, withoutOrigin] = [
      await open({ origin: 'https://app.acme.example' }),
      await open({ origin: 'https://other.example' }),
      await open(),
    ];
    const closed = closeOf(foreign);
    await change(route, { allowedOrigins });
    expect(await closed).toEqual(accessChanged);
    await expectEcho(allowed);
    await expectEcho(withoutOrigin);
  });

  test('when clientCertificate becomes required', async () => {
    const route = await routeTo({ onAccessChange: 'close' });
    const [ca, cert, certificateKey] = await Promise.all(
      ['ca.crt', 'client.crt', 'client.key'].map((name) => testCertificate(name)),
    );
    const tlsUrl = world.gateway.urls[1] ?? '';
    const secure = { ca, servername: 'default.test' };
    const shown = await open({ ...secure, cert, key: certificateKey }, '/', tlsUrl);
    const closes = [closeOf(await open(secure, '/', tlsUrl)), closeOf(await open())];
    await change(route, { clientCertificate: 'required' });
    expect(await Promise.all(closes)).toEqual([accessChanged, accessChanged]);
    await expectEcho(shown);
  });

  test('when auth.mode changes from none to apiKey', async () => {
    const route = await routeTo({ onAccessChange: 'close' });
    const key = await world.apiKey(tenant);
    // The route did not require a key, so this key was not checked.
    const closes = [closeOf(await open()), closeOf(await openWith(key))];
    await change(route, { auth: {} });
    expect(await Promise.all(closes)).toEqual([accessChanged, accessChanged]);
    await expectEcho(await openWith(key));
  });

  test('when auth.sources no longer contains the source of the key', async () => {
    const route = await routeTo({ auth: {}, onAccessChange: 'close' });
    const key = await world.apiKey(tenant);
    const [inHeader, inQuery] = [await openWith(key), await open({}, `/?api_key=${key.key}`)];
    const closed = closeOf(inQuery);
    await change(route, { auth: { sources: ['header'] } });
    expect(await closed).toEqual(accessChanged);
    await expectEcho(inHeader);
  });

  test('when the policy itself becomes "close" after the rules have changed', async () => {
    const route = await routeTo();
    const client = await open({ origin: 'https://other.example' });
    const changed = await change(route, { allowedOrigins });
    await expectEcho(client);
    const closed = closeOf(client);
    await change(changed, { onAccessChange: 'close' });
    expect(await closed).toEqual(accessChanged);
  });

  test('when the change happens during the handshake', async () => {
    const upstream = await RawUpstream.start();
    const route = await routeTo({ upstreams: [{ url: upstream.url }], onAccessChange: 'close' });
    const asked = upstream.nextHandshake();
    const client = new WebSocket(world.url, { origin: 'https://other.example' });
    const handshake = await asked;
    await change(route, { allowedOrigins });
    const closed = closeOf(client);
    handshake.accept();
    expect(await closed).toEqual(accessChanged);
    handshake.socket.end();
    await upstream.close();
  });
});

describe('a route with JWT authentication', () => {
  let issuer: TokenIssuer;

  beforeEach(async () => {
    issuer = await TokenIssuer.start();
  });

  afterEach(async () => {
    await issuer.close();
  });

  function tokenAuth(jwt: object = {}): object {
    const base = { issuer: issuer.issuer, audience: [issuer.audience], jwksUrl: issuer.jwksUrl };
    return { mode: 'jwt', jwt: { ...base, ...jwt } };
  }

  test('with onAccessChange "close" closes its connections at any change of auth.jwt, and at no other change of the route', async () => {
    const route = await routeTo({ auth: tokenAuth(), onAccessChange: 'close' });
    const client = await open({}, `/?access_token=${await issuer.sign()}`);
    const renamed = await change(route, { name: 'chat', auth: tokenAuth() });
    await expectEcho(client);
    const closed = closeOf(client);
    await change(renamed, { auth: tokenAuth({ audience: [issuer.audience, 'other'] }) });
    expect(await closed).toEqual(accessChanged);
  });

  const changes: [string, () => Record<string, unknown>, string][] = [
    ['allowedOrigins without its origin', () => ({ allowedOrigins }), 'origin_forbidden'],
    ['another auth.jwt', () => ({ auth: tokenAuth({ audience: ['other'] }) }), 'token_invalid'],
    ['auth.mode "apiKey"', () => ({ auth: { mode: 'apiKey' } }), 'key_required'],
  ];
  test.each(changes)(
    'refuses a client if the route gets %s while its token is verified',
    async (_what, changedFields, code) => {
      const route = await routeTo({ auth: tokenAuth() });
      const headers = { Authorization: `Bearer ${await issuer.sign()}`, Origin: 'https://other.example' };
      const fetched = new Promise<() => void>((resolve) => {
        issuer.answer = (_request, response) =>
          resolve(() => response.end(JSON.stringify({ keys: issuer.keys })));
      });
      const answer = rawRequest(world.port, upgradeRequest('/', headers));
      const serveKeys = await fetched;
      await change(route, changedFields());
      serveKeys();
      expect(JSON.parse((await answer).body)).toMatchObject({ code });
      expect(await world.nextRecord()).toMatchObject({ code, upstreamUrl: null });
    },
  );
});

test('by default a route keeps its live connections when it changes its requirements for new connections', async () => {
  const route = await routeTo();
  const client = await open({ origin: 'https://other.example' });
  await change(route, { allowedOrigins, auth: {}, clientCertificate: 'required' });
  await expectEcho(client);
  expect((await rawRequest(world.port, upgradeRequest('/'))).status).toBe(403);
});
