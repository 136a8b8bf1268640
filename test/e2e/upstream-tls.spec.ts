import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { GatewayWorld } from '../support/gateway-world.js';
import { openSocketsOf } from '../support/open-sockets.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';
import { testCertificate } from '../support/tls-certificates.js';

const ca = await testCertificate('ca.crt');
const otherCa = await testCertificate('other-ca.crt');

let world: GatewayWorld;
let upstream: Server;
let warnings: Record<string, unknown>[];
/** The server name and client certificate of each connection to the upstream. */
let greetings: { serverName: unknown; client: unknown }[];
let requests: string[];

beforeEach(async () => {
  [warnings, greetings, requests] = [[], [], []];
  world = await GatewayWorld.start({}, (fields) => warnings.push(fields));
  upstream = createServer({
    cert: await testCertificate('chat.crt'),
    key: await testCertificate('chat.key'),
    ca,
    requestCert: true,
    rejectUnauthorized: false,
  });
  openSocketsOf(upstream);
  upstream.on('secureConnection', (socket: TLSSocket) => {
    const client = socket.authorized ? socket.getPeerX509Certificate()?.subject : null;
    greetings.push({ serverName: socket.servername, client });
  });
  const webSockets = new WebSocketServer({ server: upstream });
  webSockets.on('connection', (socket, { url }) => {
    requests.push(url ?? '');
    socket.on('message', (message, isBinary) => socket.send(message as Buffer, { binary: isBinary }));
  });
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
});

afterEach(async () => {
  await world.expectNothingHeld();
  await world.close();
  upstream.close();
});

async function routeTo(upstreamTls: object, scheme: 'wss' | 'https' = 'wss'): Promise<void> {
  const { port } = upstream.address() as AddressInfo;
  const upstreams = [{ url: `${scheme}://127.0.0.1:${port}/base` }];
  await world.route(await world.tenant(), { upstreams, upstreamTls });
}

async function expectEcho(): Promise<void> {
  const client = new WebSocket(world.url);
  await once(client, 'open');
  client.send('hello');
  expect(await once(client, 'message')).toEqual([Buffer.from('hello'), false]);
  client.close(4001);
  await once(client, 'close');
  expect(await world.nextRecord()).toMatchObject({ endedBy: 'client', closeCode: 4001 });
}

async function expectRefused(): Promise<void> {
  const { status, body } = await rawRequest(world.port, upgradeRequest('/'));
  expect([status, JSON.parse(body)]).toMatchObject([502, { code: 'upstream_refused' }]);
  expect(requests, 'the upstream got a request').toEqual([]);
}

describe('a route to an upstream with TLS', () => {
  test('verifies the authority and server name of the route, and relays', async () => {
    await routeTo({ ca, serverName: 'chat.test' });
    await expectEcho();
    expect(greetings).toEqual([{ serverName: 'chat.test', client: null }]);
    expect(requests).toEqual(['/base/']);
  });

  test('presents the client certificate of the route', async () => {
    const clientCertificate = await testCertificate('client.crt');
    const clientKey = await testCertificate('client.key');
    await routeTo({ ca, serverName: 'chat.test', clientCertificate, clientKey });
    await expectEcho();
    expect(greetings).toEqual([{ serverName: 'chat.test', client: 'CN=device 7' }]);
  });

  test('reaches it with an https: URL as with a wss: URL', async () => {
    await routeTo({ ca, serverName: 'chat.test' }, 'https');
    await expectEcho();
    expect(greetings).toEqual([{ serverName: 'chat.test', client: null }]);
    expect(requests).toEqual(['/base/']);
  });

  test('does not reach it with an http: URL, which means no TLS', async () => {
    const { port } = upstream.address() as AddressInfo;
    await world.route(await world.tenant(), { upstreams: [{ url: `http://127.0.0.1:${port}` }] });
    const { status, body } = await rawRequest(world.port, upgradeRequest('/'));
    expect([status, JSON.parse(body)]).toMatchObject([502, { code: 'upstream_bad_handshake' }]);
    expect([requests, greetings]).toEqual([[], []]);
  });

  test.each([
    ['for another name', { ca, serverName: 'other.test' }],
    ['not for the address in its URL', { ca }],
    ['of another authority', { ca: otherCa, serverName: 'chat.test' }],
    ['of no public authority', { serverName: 'chat.test' }],
  ])(
    'sends no request to an upstream with a certificate %s, and answers 502 upstream_refused',
    async (_name, upstreamTls) => {
      await routeTo(upstreamTls);
      await expectRefused();
      expect(await world.nextRecord()).toMatchObject({ code: 'upstream_refused', status: 502 });
    },
  );

  test('accepts any certificate if verification is off, and logs one warning', async () => {
    await routeTo({ verify: false });
    await expectEcho();
    await expectEcho();
    expect(warnings).toMatchObject([{ msg: 'the certificate of an upstream is not verified' }]);
  });
});
