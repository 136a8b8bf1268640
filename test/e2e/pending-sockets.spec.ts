import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { rawRequest } from '../support/raw-request.js';
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

/** A client that has said so much, and stays; it is there as the gateway sees it. */
async function dribbler(bytes = 'GET / HTTP/1.1\r\n', localAddress = '127.0.0.1'): Promise<Socket> {
  const before = world.gateway.openSockets();
  const socket = connect({ host: '127.0.0.1', port: world.port, localAddress });
  sockets.push(socket.on('error', () => undefined));
  socket.write(bytes);
  await expect.poll(() => world.gateway.openSockets()).toBe(before + 1);
  return socket;
}

/** A client that was let in, or closed before it could ask. */
type Client = WebSocket | 'closed';

/** How a client fares from an address. */
async function comes(localAddress: string, url = world.url): Promise<Client> {
  const client = new WebSocket(url, { localAddress, rejectUnauthorized: false });
  return new Promise((resolve) => {
    client.once('open', () => resolve(client));
    client.once('error', () => resolve('closed'));
  });
}

async function leave(client: Client): Promise<void> {
  if (client === 'closed') throw new Error('it was not let in');
  client.close();
  await once(client, 'close');
}

async function dropped(reason: string): Promise<number> {
  const text = await world.gateway.dataPlane.metrics.registry.metrics();
  return Number(new RegExp(`connections_dropped_total\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

describe('sockets that are not joined yet', () => {
  it('are bounded for each address, others come in, and a place that is given back is there again', async () => {
    await start();
    const [first] = [await dribbler(), await dribbler(), await dribbler()];
    expect(await comes('127.0.0.1')).toBe('closed');
    expect(await dropped('pending_address')).toBe(1);
    await leave(await comes('127.0.0.2'));
    first.destroy();
    let again: Client = 'closed';
    while (again === 'closed') again = await comes('127.0.0.1');
    await leave(again);
    expect(world.records.map(({ outcome }) => outcome)).toEqual(['ended', 'ended']);
  });

  it('that are refused keep their places for a while, so that nobody can have more refused than so many a second', async () => {
    await start();
    for (let count = 0; count < limit; count += 1) {
      await rawRequest(world.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    }
    await expect.poll(() => world.gateway.openSockets()).toBe(0);
    expect(await comes('127.0.0.1')).toBe('closed');
    await leave(await comes('127.0.0.2'));
  });

  it('do not count once they are joined', async () => {
    await start();
    const clients: Client[] = [];
    for (let count = 0; count < 3 * limit; count += 1) clients.push(await comes('127.0.0.1'));
    for (const client of clients) await leave(client);
  });

  it('are bounded for all addresses together', async () => {
    await start({ SLUICE_MAX_PENDING: '2' });
    await dribbler();
    await dribbler('GET / HTTP/1.1\r\n', '127.0.0.2');
    expect(await comes('127.0.0.3')).toBe('closed');
    expect(await dropped('pending_total')).toBe(1);
  });

  it('count on the addresses with TLS too, from before its handshake until they are joined', async () => {
    await start();
    const [, tlsUrl = ''] = world.gateway.urls;
    const clients: Client[] = [];
    for (let count = 0; count < 2 * limit; count += 1) clients.push(await comes('127.0.0.1', tlsUrl));
    for (const client of clients) await leave(client);
    const port = Number(new URL(tlsUrl).port);
    for (let count = 0; count < limit; count += 1) {
      sockets.push(
        connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }).on('error', () => undefined),
      );
    }
    await expect.poll(() => world.gateway.openSockets()).toBe(limit);
    expect(await comes('127.0.0.1', tlsUrl)).toBe('closed');
    expect(await comes('127.0.0.1')).toBe('closed');
    await leave(await comes('127.0.0.2', tlsUrl));
  });

  it('of a trusted proxy are not bounded, but those of a client that it speaks for', async () => {
    await start({ SLUICE_TRUSTED_PROXIES: '127.0.0.1', SLUICE_PROXY_PROTOCOL: 'on' });
    for (let count = 0; count < 2 * limit; count += 1) await dribbler('');
    const header = 'PROXY TCP4 192.0.2.7 10.0.0.1 1 2\r\n';
    for (let count = 0; count < limit; count += 1) await dribbler(header);
    const socket = connect({ host: '127.0.0.1', port: world.port });
    sockets.push(socket.on('error', () => undefined));
    socket.write(header);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(await dropped('pending_address')).toBe(1);
  });
});
