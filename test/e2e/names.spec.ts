import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { NameServer } from '../support/name-server.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';
import { SilentListener } from '../support/silent-listener.js';

const silentNames = Array.from({ length: 50 }, (_, index) => `name-${index}.silent.test`);

let names: NameServer;
let echo: RunningEcho;
let world: GatewayWorld;
let clients: WebSocket[];

beforeEach(async () => {
  clients = [];
  echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
  names = await NameServer.start({
    'echo.test': { ipv4: ['127.0.0.1'] },
    'metadata.test': { ipv4: ['169.254.169.254'] },
  });
  for (const name of silentNames) names.say(name, 'silent');
  world = await GatewayWorld.start({
    SLUICE_DNS_SERVERS: names.address,
    SLUICE_UPSTREAM_ALLOW: '127.0.0.0/8,::1/128',
  });
});

afterEach(async () => {
  for (const client of clients) client.terminate();
  await world.expectNothingHeld();
  await world.close();
  await names.stop();
  await echo.close();
});

function connect(path: string): WebSocket {
  const client = new WebSocket(world.url + path);
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

/** `open`, or the error with which the connection was refused. */
function outcome(path: string): Promise<string> {
  return once(connect(path), 'open').then(
    () => 'open',
    (error: unknown) => String(error),
  );
}

function echoUrl(): string {
  return `ws://echo.test:${new URL(echo.url).port}`;
}

describe('host names of upstreams', () => {
  test('whose name servers do not answer delay only requests for them', async () => {
    const attacker = await world.tenant({ slug: 'attacker' });
    for (const name of silentNames) {
      await world.route(attacker, { match: { path: `/${name}` }, upstreams: [{ url: `ws://${name}` }] });
    }
    await world.route(await world.tenant(), { match: { path: '/echo' }, upstreams: [{ url: echoUrl() }] });

    const waiting = silentNames.map((name) => connect(`/${name}`));
    await expect.poll(() => world.gateway.held().handshakes).toBe(silentNames.length);
    await once(connect('/echo'), 'open');
    expect(waiting.map(({ readyState }) => readyState)).not.toContain(WebSocket.CLOSED);
    expect(world.gateway.held().handshakes).toBe(silentNames.length);
  });

  test('lead to their next address while one is silent', async () => {
    const silent = await SilentListener.start();
    const { port } = silent;
    const reachable = await startEcho({ listen: { host: '::1', port } });
    names.say('dual.test', { ipv4: ['127.0.0.1'], ipv6: ['0:0:0:0:0:0:0:1'] });
    await world.route(await world.tenant(), { upstreams: [{ url: `ws://dual.test:${port}` }] });
    await once(connect('/'), 'open');
    await reachable.close();
    await silent.close();
  });

  test('are resolved once for consecutive connections', async () => {
    await world.route(await world.tenant(), { upstreams: [{ url: echoUrl() }] });
    for (let count = 0; count < 5; count += 1) await once(connect('/'), 'open');
    expect(names.timesAsked('echo.test')).toBe(1);
  });

  test('keep their last addresses while they are resolved again, even if no name server answers', async () => {
    names.say('echo.test', { ipv4: ['127.0.0.1'], ttlSeconds: 1 });
    // Less than the two seconds after which a query to a silent server times out.
    const timeouts = { connectMs: 1900 };
    await world.route(await world.tenant(), { upstreams: [{ url: echoUrl() }], timeouts });
    await once(connect('/'), 'open');
    names.say('echo.test', 'silent');
    const outcomes: string[] = [];
    const connectAgain = async (): Promise<number> => {
      outcomes.push(await outcome('/'));
      return names.timesAsked('echo.test');
    };
    await expect.poll(connectAgain, { interval: 50 }).toBeGreaterThan(1);
    await connectAgain();
    expect(new Set(outcomes)).toEqual(new Set(['open']));
  });

  test('are resolved again if none of their addresses connects, even before their TTL has passed', async () => {
    names.say('echo.test', { ipv4: ['127.0.0.2'], ttlSeconds: 600 });
    await world.route(await world.tenant(), { upstreams: [{ url: echoUrl() }] });
    expect(await outcome('/')).toContain('502');
    names.say('echo.test', { ipv4: ['127.0.0.1'], ttlSeconds: 600 });
    await expect.poll(() => outcome('/'), { interval: 50 }).toBe('open');
  });

  test('spread connections over all their addresses', async () => {
    const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
    names.say('echo.test', { ipv4: addresses, ttlSeconds: 600 });
    const reached: unknown[] = [];
    const upstream = await CountingUpstream.start((socket) => {
      reached.push(socket.localAddress?.replace('::ffff:', ''));
      socket.once('data', () => socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'));
    }, null);
    const url = `ws://echo.test:${new URL(upstream.url).port}`;
    await world.route(await world.tenant(), { upstreams: [{ url }] });
    for (let count = 0; count < 30; count += 1) await rawRequest(world.port, upgradeRequest('/'));
    for (const address of addresses) expect(reached.filter((one) => one === address)).toHaveLength(10);
    await upstream.close();
  });

  test('are subject to the address policy for every address that they resolve to', async () => {
    await world.route(await world.tenant(), { upstreams: [{ url: 'ws://metadata.test' }] });
    const { status, body } = await rawRequest(world.port, upgradeRequest('/'));
    expect({ status, ...(JSON.parse(body) as object) }).toMatchObject({
      status: 502,
      code: 'upstream_forbidden_address',
    });
  });
});
