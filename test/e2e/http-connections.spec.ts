import { once } from 'node:events';
import { request as sendRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { PublishedRoute, PublishedTenant } from '#libs/contract';
import { GatewayWorld, type TestKey } from '../support/gateway-world.js';
import { HttpUpstream } from '../support/http-upstream.js';
import { openSocketsOf } from '../support/open-sockets.js';
import { openSocket, parseAnswer, rawRequest, upgradeRequest } from '../support/raw-request.js';
import { takeHead } from '../support/raw-upstream.js';
import { CertificateFolder, testCertificate } from '../support/tls-certificates.js';

let certificates: CertificateFolder;
let world: GatewayWorld;
let upstream: HttpUpstream;
let tenant: PublishedTenant;

beforeEach(async () => {
  certificates = await CertificateFolder.make();
  world = await GatewayWorld.start({
    SLUICE_GATEWAY_TLS_LISTEN: '127.0.0.1:0',
    SLUICE_TLS_CERTIFICATES: certificates.path,
  });
  upstream = await HttpUpstream.start();
  tenant = await world.tenant();
});

afterEach(async () => {
  for (const { tunnel } of world.gateway.connections.all()) tunnel.close(1000, 'the test is over');
  await world.expectNothingHeld();
  await world.close();
  await upstream.close();
  await certificates.remove();
});

/** Reads one answer with a length from a socket that stays open. */
async function nextAnswer(socket: Socket): Promise<ReturnType<typeof parseAnswer>> {
  const { status, headers } = parseAnswer(await takeHead(socket));
  const length = Number(headers['content-length'] ?? 0);
  let body = '';
  socket.resume();
  while (body.length < length) body += String(((await once(socket, 'data')) as [Buffer])[0]);
  return { status, headers, body };
}

test('a connection with TLS carries a request, and then a WebSocket', async () => {
  let got: IncomingHttpHeaders = {};
  upstream.on('/', ({ headers }, response) => {
    got = headers;
    response.end('page');
  });
  const sockets = new WebSocketServer({ server: upstream.server });
  await world.route(tenant, { http: 'proxy', upstreams: [{ url: upstream.url }] });
  const port = Number(new URL(world.gateway.urls[1] ?? '').port);
  const ca = await testCertificate('ca.crt');
  const socket = connectTls({ host: '127.0.0.1', port, servername: 'default.test', ca });
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(await nextAnswer(socket)).toMatchObject({ status: 200, body: 'page' });
  expect(got).toMatchObject({ 'x-forwarded-proto': 'https', host: new URL(upstream.url).host });
  socket.write(upgradeRequest('/'));
  expect(await takeHead(socket)).toMatch(/^HTTP\/1\.1 101 /);
  socket.resume().end();
  await once(socket, 'close');
  sockets.close();
});

test('an upstream with TLS gets requests over one connection, by the certificate of the route', async () => {
  const server = createTlsServer(
    { cert: await testCertificate('chat.crt'), key: await testCertificate('chat.key') },
    (_request, response) => response.end('secret'),
  );
  let connections = 0;
  openSocketsOf(server);
  server.on('secureConnection', () => (connections += 1));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const upstreamTls = { ca: await testCertificate('ca.crt'), serverName: 'chat.test' };
  await world.route(tenant, { http: 'proxy', upstreams: [{ url }], upstreamTls });
  const get = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  for (let count = 0; count < 3; count += 1) {
    expect((await rawRequest(world.port, get)).body).toBe('secret');
  }
  expect(connections).toBe(1);
  server.closeAllConnections();
  server.close();
});

test('a request is matched to its route once', async () => {
  upstream.on('/', (_request, response) => response.end('page'));
  await world.route(tenant, { http: 'proxy', upstreams: [{ url: upstream.url }] });
  const match = vi.spyOn(world.gateway.configuration, 'match');
  const { body } = await rawRequest(world.port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  expect(body).toBe('page');
  expect(match).toHaveBeenCalledOnce();
});

test('a key in the header or the query admits a request, and does not go upstream', async () => {
  upstream.on('/', (request, response) => {
    response.end(JSON.stringify([request.url, request.rawHeaders]));
  });
  await world.route(tenant, { http: 'proxy', upstreams: [{ url: upstream.url }], auth: { mode: 'apiKey' } });
  const { key } = await world.apiKey(tenant);
  const ask = (target: string, field = ''): ReturnType<typeof rawRequest> =>
    rawRequest(world.port, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${field}\r\n`);
  for (const answer of [
    await ask(`/?a=1&api_key=${key}`),
    await ask('/?a=1', `Authorization: Bearer ${key}\r\n`),
    await ask('/?a=1', `X-Api-Key: ${key}\r\nSec-WebSocket-Protocol: sluice.key.${key}\r\n`),
  ]) {
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('/?a=1');
    expect(answer.body).not.toContain('slc_');
  }
  const refused = await ask('/');
  expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Bearer']);
  expect(JSON.stringify(world.httpRecords)).not.toContain('slc_');
});

test('polling and the upgrade of a client reach the same of three upstreams by the sticky cookie', async () => {
  const upstreams = await Promise.all([HttpUpstream.start(), HttpUpstream.start(), HttpUpstream.start()]);
  const sockets = upstreams.map((one) => {
    one.on('/poll', (_request, response) => response.end(one.url));
    const server = new WebSocketServer({ server: one.server });
    server.on('connection', (socket) => socket.send(one.url));
    return server;
  });
  await world.stickyKey(tenant);
  await world.route(tenant, {
    http: 'proxy',
    balancing: 'sticky',
    upstreams: upstreams.map(({ url }) => ({ url })),
  });
  const poll = (cookie: string): ReturnType<typeof rawRequest> =>
    rawRequest(world.port, `GET /poll HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${cookie}\r\n`);
  for (let client = 0; client < 6; client += 1) {
    const first = await poll('');
    const [cookie = ''] = (first.headers['set-cookie'] ?? '').split(';');
    expect(cookie).toMatch(/^sluice_upstream=/);
    expect((await poll(`Cookie: ${cookie}\r\n`)).body).toBe(first.body);
    const socket = new WebSocket(world.url, { headers: { Cookie: cookie } });
    const [greeting] = (await once(socket, 'message')) as [Buffer];
    expect(String(greeting)).toBe(first.body);
    socket.close();
    await once(socket, 'close');
  }
  for (const server of sockets) server.close();
  await Promise.all(upstreams.map((one) => one.close()));
});

test('a drain closes idle connections, and an answer that is under way closes its own', async () => {
  let finish: () => void = () => undefined;
  upstream.on('/', (_request, response) => response.end('page'));
  upstream.on('/slow', (_request, response) => (finish = () => response.end('slow')));
  await world.route(tenant, { http: 'proxy', upstreams: [{ url: upstream.url }] });
  const idle = await openSocket(world.port);
  idle.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect((await nextAnswer(idle)).headers['connection']).toBe('keep-alive');
  const busy = await openSocket(world.port);
  const answer = text(busy);
  busy.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
  await expect.poll(() => world.gateway.held().upstreams.pending).toBe(1);
  const closed = once(idle, 'end');
  world.gateway.beginDrain(1000);
  await closed;
  idle.end();
  const { status, headers } = await rawRequest(world.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect([status, headers['retry-after'], headers['connection']]).toEqual([503, '1', 'close']);
  finish();
  expect(parseAnswer(await answer)).toMatchObject({ status: 200, headers: { connection: 'close' } });
  busy.end();
});

describe('a change that no longer admits a request', () => {
  let route: PublishedRoute;
  let key: TestKey;

  beforeEach(async () => {
    route = await world.route(tenant, {
      match: { path: '/live' },
      http: 'proxy',
      auth: { mode: 'apiKey' },
      upstreams: [{ url: upstream.url }],
    });
    key = await world.apiKey(tenant);
  });

  async function ask(): Promise<IncomingMessage> {
    const headers = { 'X-Api-Key': key.key };
    const sent = sendRequest({ port: world.port, path: '/live', headers, agent: false });
    const answered = once(sent.on('error', () => undefined).end(), 'response');
    return ((await answered) as [IncomingMessage])[0];
  }

  type Change = () => Promise<void> | Promise<unknown>;
  const changes: [name: string, change: Change, status: number, code: string, reason: string][] = [
    [
      'a deleted key',
      () => world.publish({ kind: 'apiKey', id: key.published.id, value: null }),
      401,
      'key_invalid',
      'key revoked',
    ],
    [
      'a suspended tenant',
      () => world.publish({ kind: 'tenant', id: tenant.id, value: { ...tenant, status: 'suspended' } }),
      403,
      'tenant_suspended',
      'tenant suspended',
    ],
    [
      'a deleted route',
      () => world.publish({ kind: 'route', id: route.id, value: null }),
      404,
      'no_route',
      'closed by operator',
    ],
    [
      'http: "refuse"',
      () => world.publish({ kind: 'route', id: route.id, value: { ...route, http: 'refuse' } }),
      404,
      'no_route',
      'closed by operator',
    ],
  ];

  test.each(changes)(
    '%s cuts off an answer that has begun',
    async (_name, change, _status, _code, reason) => {
      const closedAtUpstream = new Promise<void>((resolve) => {
        upstream.on('/live', (_request, response) => {
          response.once('close', resolve).writeHead(200, { 'Content-Type': 'text/event-stream' });
          response.write('data: one\n\n');
        });
      });
      const answer = await ask();
      await once(answer, 'data');
      const read = text(answer);
      await Promise.all([change(), expect(read).rejects.toThrow('aborted'), closedAtUpstream]);
      expect(await world.nextHttpRecord()).toMatchObject({
        outcome: 'cut_short',
        status: 200,
        code: null,
        detail: reason,
      });
    },
  );

  test.each(changes)('%s refuses one without an answer', async (_name, change, status, code, detail) => {
    const asked = new Promise<void>((resolve) => upstream.on('/live', () => resolve()));
    const answered = ask();
    await asked;
    await change();
    const answer = await answered;
    expect([answer.statusCode, answer.headers.connection]).toEqual([status, 'close']);
    expect(JSON.parse(await text(answer))).toMatchObject({ code, detail });
    expect(await world.nextHttpRecord()).toMatchObject({ outcome: 'refused', status, code });
  });

  test('an answer over HTTP/1.0 that is cut off ends with a reset, so that it does not look whole', async () => {
    upstream.on('/live', (_request, response) => void response.write('data: one\n\n'));
    const socket = await openSocket(world.port);
    socket.write(`GET /live HTTP/1.0\r\nHost: a\r\nX-Api-Key: ${key.key}\r\n\r\n`);
    await takeHead(socket);
    socket.resume();
    const failed = once(socket, 'error');
    await world.publish({ kind: 'route', id: route.id, value: null });
    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
  });
});
