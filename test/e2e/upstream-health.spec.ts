import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { PublishedRoute } from '#libs/contract';
import type { FleetEvent } from '#libs/fleet';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { longWait } from '../support/long-wait.js';

let world: GatewayWorld;
let events: FleetEvent[];
const upstreams: HealthyOnCommand[] = [];

beforeEach(async () => {
  world = await GatewayWorld.start({ SLUICE_DRAIN_SECONDS: '1' });
  events = [];
  await world.fleet.subscribe((event) => events.push(event));
});

afterEach(async () => {
  for (const upstream of upstreams.splice(0)) await upstream.close();
  await world.expectNothingHeld();
  await world.close();
});

/** A WebSocket upstream whose `/health` answers as a test says. */
class HealthyOnCommand {
  isHealthy = true;
  probes = 0;
  joined = 0;

  private constructor(
    private readonly server: Server,
    private readonly webSockets: WebSocketServer,
  ) {}

  static async start(): Promise<HealthyOnCommand> {
    const server = createServer((_request, response) => {
      upstream.probes += 1;
      response.writeHead(upstream.isHealthy ? 204 : 503).end();
    });
    const upstream = new HealthyOnCommand(server, new WebSocketServer({ server }));
    upstream.webSockets.on('connection', (client) => {
      upstream.joined += 1;
      client.on('error', () => undefined);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    upstreams.push(upstream);
    return upstream;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const client of this.webSockets.clients) client.terminate();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

const healthCheck = { type: 'http', path: '/health', intervalMs: 1000, fall: 1, rise: 1 };

async function open(): Promise<WebSocket> {
  const client = new WebSocket(world.url, { perMessageDeflate: false });
  await once(client, 'open');
  return client;
}

async function openAndClose(count: number): Promise<void> {
  for (let opened = 0; opened < count; opened += 1) {
    const client = await open();
    client.close();
    await once(client, 'close');
  }
}

function handshakeStatus(): Promise<number> {
  const client = new WebSocket(world.url);
  return new Promise((resolve, reject) => {
    client.on('error', reject);
    client.on('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode));
    client.on('open', () => {
      client.on('close', () => resolve(101));
      client.close();
    });
  });
}

async function observedStates({ id: routeId }: PublishedRoute): Promise<string[]> {
  const { answers } = await world.fleet.ask(null, 'routeUpstreams', { routeId });
  return answers.flatMap(({ answer }) => answer.upstreams.map(({ state }) => state));
}

async function untilObserved(route: PublishedRoute, states: string[]): Promise<void> {
  await vi.waitFor(async () => expect(await observedStates(route)).toEqual(states), longWait);
}

describe('a probed upstream', () => {
  test('gets no connections while its probes fail, and gets them again afterwards', async () => {
    const [one, other] = [await HealthyOnCommand.start(), await HealthyOnCommand.start()];
    const route = await world.route(await world.tenant(), {
      upstreams: [{ url: one.url }, { url: other.url }],
      healthCheck,
    });
    await untilObserved(route, ['healthy', 'healthy']);
    one.isHealthy = false;
    await untilObserved(route, ['unhealthy', 'healthy']);
    await openAndClose(4);
    expect([one.joined, other.joined]).toEqual([0, 4]);
    one.isHealthy = true;
    await untilObserved(route, ['healthy', 'healthy']);
    await openAndClose(4);
    expect([one.joined, other.joined]).toEqual([2, 6]);

    const { answers } = await world.fleet.ask(null, 'routeUpstreams', { routeId: route.id });
    expect(answers[0]?.answer.upstreams[0]).toMatchObject({
      state: 'healthy',
      why: null,
      lastProbe: { ok: true, detail: 'the status is 204' },
      connections: 0,
    });
    const changes = events.filter((event) => event.type === 'upstreamHealth');
    expect(changes).toContainEqual(
      expect.objectContaining({
        routeId: route.id,
        from: 'healthy',
        to: 'unhealthy',
        why: 'the status is 503',
      }),
    );
  });

  test('is probed once for all routes that have it with the same check', async () => {
    const upstream = await HealthyOnCommand.start();
    const tenant = await world.tenant();
    for (const path of ['/a', '/b', '/c']) {
      await world.route(tenant, { match: { path }, upstreams: [{ url: upstream.url }], healthCheck });
    }
    await vi.waitFor(() => expect(upstream.probes).toBe(1), longWait);
    await vi.waitFor(() => expect(upstream.probes).toBe(2), longWait);
    const metrics = await (await fetch(`${world.gateway.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/sluice_upstream_probes_total\{type="http",outcome="good"\} [12]\n/);
    expect(metrics).toContain('sluice_upstreams{health="healthy"} 3\n');
  });

  test('that is down loses its connections with 1012 where the route says so, and the others stay', async () => {
    const [one, other] = [await HealthyOnCommand.start(), await HealthyOnCommand.start()];
    const route = await world.route(await world.tenant(), {
      upstreams: [{ url: one.url }, { url: other.url }],
      healthCheck,
      onDown: 'move',
    });
    await untilObserved(route, ['healthy', 'healthy']);
    const [onOne, onOther] = [await open(), await open()];
    expect([one.joined, other.joined]).toEqual([1, 1]);
    const closed = once(onOne, 'close');
    one.isHealthy = false;
    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1012, 'upstream down']);
    expect(onOther.readyState).toBe(WebSocket.OPEN);
    onOther.close();
    await once(onOther, 'close');
  });

  test('keeps its connections where no other upstream is well', async () => {
    const upstream = await HealthyOnCommand.start();
    const route = await world.route(await world.tenant(), {
      upstreams: [{ url: upstream.url }],
      healthCheck,
      onDown: 'move',
    });
    await untilObserved(route, ['healthy']);
    const client = await open();
    upstream.isHealthy = false;
    await untilObserved(route, ['unhealthy']);
    await openAndClose(1);
    expect(client.readyState).toBe(WebSocket.OPEN);
    client.close();
    await once(client, 'close');
  });
});

describe('an upstream that fails handshakes', () => {
  test('gets no more of them after five in a row, and the route continues with the other', async () => {
    const failing = await CountingUpstream.start((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n')),
    );
    const well = await HealthyOnCommand.start();
    const route = await world.route(await world.tenant(), {
      upstreams: [{ url: failing.url }, { url: well.url }],
      retries: { attempts: 0 },
    });
    const statuses = new Set<number>();
    for (let count = 0; count < 20; count += 1) {
      statuses.add(await handshakeStatus());
    }
    expect(statuses).toEqual(new Set([101, 503]));
    expect(failing.connections).toBe(5);
    expect(await observedStates(route)).toEqual(['ejected', 'unknown']);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'upstreamHealth',
        to: 'ejected',
        why: '5 failures in a row, the last: it answered with the status 503',
      }),
    );
    await failing.close();
  });
});
