import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { parseAnswer, rawRequest, upgradeRequest } from '../support/raw-request.js';
import { CertificateFolder } from '../support/tls-certificates.js';

const limit = 3;

let world: GatewayWorld;
let echo: RunningEcho;
let certificates: CertificateFolder;
let sockets: Socket[];

async function start(environment: Record<string, string> = {}): Promise<void> {
  world = await GatewayWorld.start({
    SLUICE_MAX_PENDING_PER_ADDRESS: String(limit),
    SLUICE_GATEWAY_TLS_LISTEN: '127.0.0.1:0',
    SLUICE_TLS_CERTIFICATES: certificates.path,
    ...environment,
  });
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

/** A client that sends these bytes and stays connected; resolves once the gateway has accepted it. */
async function dribbler(
  bytes = 'GET / HTTP/1.1\r\n',
  localAddress = '127.0.0.1',
  port = world.port,
): Promise<Socket> {
  const before = world.gateway.held().sockets;
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  sockets.push(socket.on('error', () => undefined));
  socket.write(bytes);
  await expect.poll(() => world.gateway.held().sockets).toBe(before + 1);
  return socket;
}

function portOf(url: string): number {
  return Number(new URL(url).port);
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
  test('are bounded for each address: above the bound a request gets 429, other addresses are admitted, and a released place is available again', async () => {
    await start();
    const [first] = [await dribbler(), await dribbler(), await dribbler()];
    const { status, headers, body } = await rawRequest(world.port, upgradeRequest('/'));
    expect([status, headers['retry-after'], JSON.parse(body)]).toMatchObject([
      429,
      '5',
      { code: 'connect_rate', limit: 'address' },
    ]);
    await leave(await comes('127.0.0.2'));
    first.destroy();
    await expect.poll(() => world.gateway.held().sockets).toBe(limit - 1);
    let again: Client = 429;
    const comesAgain = async (): Promise<Client> => (again = await comes('127.0.0.1'));
    await expect.poll(comesAgain, { interval: 200 }).toBeInstanceOf(WebSocket);
    await leave(again);
    // The client may see the close before the gateway has seen the client's FIN.
    await expect.poll(() => world.records.map(({ outcome }) => outcome)).toEqual(['ended', 'ended']);
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
    for (let count = 0; count < limit; count += 1) {
      await rawRequest(world.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    }
    await expect.poll(() => world.gateway.held().sockets).toBe(0);
    expect(await comes('127.0.0.1')).toBe(429);
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

  test('count on TLS listeners too, from before the TLS handshake until the join', async () => {
    await start();
    const [, tlsUrl = ''] = world.gateway.urls;
    const clients: Client[] = [];
    for (let count = 0; count < 2 * limit; count += 1) clients.push(await comes('127.0.0.1', tlsUrl));
    for (const client of clients) await leave(client);
    await world.expectNothingHeld();
    for (let count = 0; count < limit; count += 1) await dribbler('', '127.0.0.1', portOf(tlsUrl));
    expect(await comes('127.0.0.1', tlsUrl)).toBe(429);
    expect(await comes('127.0.0.1')).toBe(429);
    await leave(await comes('127.0.0.2', tlsUrl));
  });

  test('of a trusted proxy are not bounded, but those of its clients are', async () => {
    await start({ SLUICE_TRUSTED_PROXIES: '127.0.0.1', SLUICE_PROXY_PROTOCOL: 'on' });
    for (let count = 0; count < 11 * limit; count += 1) await dribbler('');
    const header = 'PROXY TCP4 192.0.2.7 10.0.0.1 1 2\r\n';
    for (let count = 0; count < limit; count += 1) await dribbler(header);
    // The gateway may not have read all PROXY headers yet.
    await expect.poll(() => asks(`${header}${upgradeRequest('/')}`), { interval: 200 }).toBe(429);
    expect(await dropped('pending_address')).toBe(0);
    // One more than the bound, because the places of refused requests become free again.
    for (let count = limit; count <= 10 * limit; count += 1) {
      const socket = connect({ host: '127.0.0.1', port: world.port });
      sockets.push(socket.on('error', () => undefined));
      socket.write(header);
    }
    await expect.poll(() => dropped('pending_address')).toBeGreaterThan(0);
    const headerOfOther = 'PROXY TCP4 192.0.2.8 10.0.0.1 1 2\r\n';
    expect(await asks(`${headerOfOther}${upgradeRequest('/')}`)).toBe(101);
  });
});
