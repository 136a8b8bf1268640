import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ConnectionLimiter } from '#libs/limits';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { HeldLimiter } from '../support/held-limiter.js';
import { parseAnswer, rawRequest, upgradeRequest } from '../support/raw-request.js';
import { CertificateFolder } from '../support/tls-certificates.js';

const limit = 3;

let world: GatewayWorld;
let echo: RunningEcho;
let certificates: CertificateFolder;
let sockets: Socket[];

async function start(environment: Record<string, string> = {}, limiter?: ConnectionLimiter): Promise<void> {
  const settings = {
    SLUICE_MAX_PENDING_PER_ADDRESS: String(limit),
    SLUICE_GATEWAY_TLS_LISTEN: '127.0.0.1:0',
    SLUICE_TLS_CERTIFICATES: certificates.path,
    ...environment,
  };
  world = await GatewayWorld.start(settings, undefined, limiter);
  await world.route(await world.tenant(), { upstreams: [{ url: echo.url }] });
}

beforeEach(async () => {
  sockets = [];
  echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
  certificates = await CertificateFolder.make();
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await world.expectNothingHeld();
  await world.close();
  await echo.close();
  await certificates.remove();
});

/** A client that sends these bytes and stays connected. */
function sends(bytes: string, localAddress = '127.0.0.1', port = world.port): Socket {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  sockets.push(socket.on('error', () => undefined));
  socket.write(bytes);
  return socket;
}

/** Such a client; resolves once the gateway has accepted it. */
async function dribbler(bytes = 'GET / HTTP/1.1\r\n', localAddress = '127.0.0.1'): Promise<Socket> {
  const before = world.gateway.held().sockets;
  const socket = sends(bytes, localAddress);
  await expect.poll(() => world.gateway.held().sockets).toBe(before + 1);
  return socket;
}

/** The outcome for a client: admitted, refused with a status, or closed without an answer. */
type Client = WebSocket | number | 'closed';

async function comes(localAddress: string, url = world.url): Promise<Client> {
  const client = new WebSocket(url, { localAddress, rejectUnauthorized: false });
  return new Promise((resolve) => {
    client.once('open', () => resolve(client));
    client.once('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    client.on('error', () => resolve('closed'));
  });
}

async function leave(client: Client): Promise<void> {
  if (!(client instanceof WebSocket)) throw new Error(`the client was not admitted: ${client}`);
  client.close();
  await once(client, 'close');
}

/** The status with which these bytes are answered. */
async function asks(bytes: string): Promise<number> {
  const socket = connect({ host: '127.0.0.1', port: world.port });
  sockets.push(socket.on('error', () => undefined));
  socket.write(bytes);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return parseAnswer(answer.toString('latin1')).status;
}

async function dropped(reason: string): Promise<number> {
  const text = await world.gateway.metrics.registry.metrics();
  return Number(new RegExp(`connections_dropped_total\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

describe('sockets before admission', () => {
  test('have a bounded number of requests for each address: above the bound one gets 429, and a released place is available again', async () => {
    const limiter = new HeldLimiter();
    await start({}, limiter);
    const [first] = Array.from({ length: limit }, () => sends(upgradeRequest('/')));
    await expect.poll(() => limiter.asked).toBe(limit);
    const { status, headers, body } = await rawRequest(world.port, upgradeRequest('/'));
    expect([status, headers['retry-after'], JSON.parse(body)]).toMatchObject([
      429,
      '5',
      { code: 'connect_rate', limit: 'address' },
    ]);
    const fromOther = comes('127.0.0.2');
    await expect.poll(() => limiter.asked).toBe(limit + 1);
    first?.resetAndDestroy();
    await expect.poll(() => world.gateway.held().sockets).toBe(limit);
    const comesAgain = (): number => {
      sends(upgradeRequest('/'));
      return limiter.asked;
    };
    await expect.poll(comesAgain, { interval: 200 }).toBe(limit + 2);
    limiter.answer();
    await leave(await fromOther);
  });

  test('without a request do not affect the requests of their address', async () => {
    await start();
    for (let count = 0; count < 2 * limit; count += 1) await dribbler();
    await leave(await comes('127.0.0.1'));
  });

  test('are reset only above ten times the bound', async () => {
    await start();
    for (let count = 0; count < 10 * limit; count += 1) await dribbler();
    expect(await dropped('pending_address')).toBe(0);
    expect(await comes('127.0.0.1')).toBe('closed');
    expect(await dropped('pending_address')).toBe(1);
    await leave(await comes('127.0.0.2'));
  });

  test('keep their places for some time after a refusal, which bounds the refusals for an address in a second', async () => {
    await start();
    const request = upgradeRequest('/', { 'Sec-WebSocket-Version': '12' });
    const statuses: number[] = [];
    for (let count = 0; count < 5 * limit; count += 1)
      statuses.push((await rawRequest(world.port, request)).status);
    expect(statuses.slice(0, limit)).toEqual(Array(limit).fill(426));
    expect(statuses).toContain(429);
    await leave(await comes('127.0.0.2'));
  });

  test('do not count after the join', async () => {
    await start();
    const clients: Client[] = [];
    for (let count = 0; count < 3 * limit; count += 1) clients.push(await comes('127.0.0.1'));
    for (const client of clients) await leave(client);
  });

  test('do not count after admission, however long their upstream is silent', async () => {
    await start({ SLUICE_MAX_PENDING: '5' });
    const silent = await CountingUpstream.start();
    const other = await world.tenant({ slug: 'other' });
    await world.route(other, { match: { path: '/silent' }, upstreams: [{ url: silent.url }] });
    const waiting = 4 * limit;
    for (let count = 0; count < waiting; count += 1) await dribbler(upgradeRequest('/silent'));
    await expect.poll(() => world.gateway.held().waitingDials).toBe(waiting);
    await leave(await comes('127.0.0.1'));
    await leave(await comes('127.0.0.2'));
    await silent.close();
  });

  test('are bounded for all addresses together', async () => {
    await start({ SLUICE_MAX_PENDING: '2' });
    await dribbler();
    await dribbler('GET / HTTP/1.1\r\n', '127.0.0.2');
    expect(await comes('127.0.0.3')).toBe('closed');
    expect(await dropped('pending_total')).toBe(1);
  });

  test('count on TLS listeners too, together with those on other listeners', async () => {
    const limiter = new HeldLimiter();
    await start({}, limiter);
    const [, tlsUrl = ''] = world.gateway.urls;
    const waiting = Array.from({ length: limit }, () => comes('127.0.0.1', tlsUrl));
    await expect.poll(() => limiter.asked).toBe(limit);
    expect(await comes('127.0.0.1', tlsUrl)).toBe(429);
    expect(await comes('127.0.0.1')).toBe(429);
    limiter.answer();
    for (const client of waiting) await leave(await client);
    for (let count = 0; count < 2 * limit; count += 1) await leave(await comes('127.0.0.1', tlsUrl));
  });

  test('of a trusted proxy are not bounded, but those of its clients are', async () => {
    const limiter = new HeldLimiter();
    await start({ SLUICE_TRUSTED_PROXIES: '127.0.0.1', SLUICE_PROXY_PROTOCOL: 'on' }, limiter);
    for (let count = 0; count < 11 * limit; count += 1) await dribbler('');
    const header = 'PROXY TCP4 192.0.2.7 10.0.0.1 1 2\r\n';
    for (let count = 0; count < limit; count += 1) sends(`${header}${upgradeRequest('/')}`);
    await expect.poll(() => limiter.asked).toBe(limit);
    expect(await asks(`${header}${upgradeRequest('/')}`)).toBe(429);
    limiter.answer();
    expect(await dropped('pending_address')).toBe(0);
    for (let count = 0; count <= 10 * limit; count += 1) sends(header);
    await expect.poll(() => dropped('pending_address')).toBeGreaterThan(0);
    const headerOfOther = 'PROXY TCP4 192.0.2.8 10.0.0.1 1 2\r\n';
    expect(await asks(`${headerOfOther}${upgradeRequest('/')}`)).toBe(101);
  });
});
