import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { NameServer, type ServiceAnswer } from '../support/name-server.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';

const name = '_ws._tcp.chat.test';

let names: NameServer;
let echoes: RunningEcho[];
let world: GatewayWorld;
let clients: WebSocket[];

beforeEach(async () => {
  clients = [];
  echoes = await Promise.all([startUpstream(), startUpstream(), startUpstream()]);
  names = await NameServer.start({ 'one.test': { ipv4: ['127.0.0.1'] } });
  world = await GatewayWorld.start({ SLUICE_DNS_SERVERS: names.address });
});

afterEach(async () => {
  for (const client of clients) client.terminate();
  await world.expectNothingHeld();
  await world.close();
  await names.stop();
  await Promise.all(echoes.map((echo) => echo.close()));
});

function startUpstream(): Promise<RunningEcho> {
  return startEcho({ listen: { host: '127.0.0.1', port: 0 } });
}

/** The record of one of the upstreams. */
function serviceOf(index: number, others: Partial<ServiceAnswer> = {}): ServiceAnswer {
  const port = Number(new URL(echoes[index]?.url ?? '').port);
  return { priority: 10, weight: 0, port, target: 'one.test', ...others };
}

async function open(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const client = new WebSocket(world.url);
    clients.push(client);
    await once(client, 'open');
  }
}

/** Connections by the upstream. */
function connections(): number[] {
  const urls = [...world.gateway.connections.all()].map(({ upstreamUrl }) => new URL(upstreamUrl).port);
  return echoes.map(({ url }) => urls.filter((port) => port === new URL(url).port).length);
}

test('each SRV record of a name is an upstream, with its port and weight, and those of a higher priority are backups', async () => {
  const services = [serviceOf(0, { weight: 3 }), serviceOf(1, { weight: 1 }), serviceOf(2, { priority: 20 })];
  names.say(name, { services });
  const route = await world.route(await world.tenant(), {
    upstreams: [{ url: `ws://${name}`, discovery: 'srv' }],
  });
  await open(8);
  expect(connections()).toEqual([6, 2, 0]);
  const { answers } = await world.fleet.ask(null, 'routeUpstreams', { routeId: route.id });
  expect(
    answers[0]?.answer.upstreams.map(({ discovered, connections: live }) => [discovered?.url, live]),
  ).toEqual(
    expect.arrayContaining([
      [`ws://one.test:${services[0]?.port}/`, 6],
      [`ws://one.test:${services[1]?.port}/`, 2],
      [`ws://one.test:${services[2]?.port}/`, 0],
    ]),
  );
  expect(names.timesAsked(name)).toBe(1);
});

test('a backup gets the connections while no other record can be reached', async () => {
  const [closed] = echoes;
  const services = [serviceOf(0), serviceOf(2, { priority: 20 })];
  await closed?.close();
  names.say(name, { services });
  await world.route(await world.tenant(), { upstreams: [{ url: `ws://${name}`, discovery: 'srv' }] });
  await open(3);
  expect(connections()).toEqual([0, 0, 3]);
});

test('each address of a name is an upstream, and is asked for the name', async () => {
  const hosts: string[] = [];
  const upstream = await CountingUpstream.start((socket) => {
    socket.once('data', (head: Buffer) => {
      const [, host = ''] = /^Host: (.*)\r$/im.exec(head.toString('latin1')) ?? [];
      hosts.push(`${host} at ${socket.localAddress?.replace('::ffff:', '') ?? ''}`);
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    });
  }, null);
  names.say('chat.test', { ipv4: ['127.0.0.1', '127.0.0.2'] });
  const authority = `chat.test:${new URL(upstream.url).port}`;
  const route = await world.route(await world.tenant(), {
    upstreams: [{ url: `ws://${authority}`, discovery: 'addresses' }],
  });
  for (let count = 0; count < 4; count += 1) await rawRequest(world.port, upgradeRequest('/'));
  expect(hosts.sort()).toEqual([
    `${authority} at 127.0.0.1`,
    `${authority} at 127.0.0.1`,
    `${authority} at 127.0.0.2`,
    `${authority} at 127.0.0.2`,
  ]);
  const { answers } = await world.fleet.ask(null, 'routeUpstreams', { routeId: route.id });
  expect(answers[0]?.answer.upstreams).toHaveLength(2);
  await upstream.close();
});

test('a name without SRV records is 503 upstream_unavailable', async () => {
  await world.route(await world.tenant(), { upstreams: [{ url: `ws://${name}`, discovery: 'srv' }] });
  const { status, body } = await rawRequest(world.port, upgradeRequest('/'));
  expect([status, JSON.parse(body)]).toMatchObject([503, { code: 'upstream_unavailable' }]);
  expect(await world.nextRecord()).toMatchObject({
    detail: expect.stringContaining('not discovered') as string,
  });
});
