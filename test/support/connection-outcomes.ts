import { once } from 'node:events';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { PublishedTenant } from '#libs/contract';
import { CountingUpstream } from './counting-upstream.js';
import type { GatewayWorld } from './gateway-world.js';
import { openSocket, rawRequest, upgradeRequest } from './raw-request.js';
import type { ScriptedUpstream } from './scripted-upstream.js';

/** One possible outcome of a connection or of its request. */
export interface ConnectionOutcome {
  /** The first path segment of its requests; `unparsed` if the record has no path. */
  name: string;
  /** The code of the refusal, or the side that ended the connection and the close code. */
  outcome: string;
  /** Opens `count` connections at once; resolves when each has ended for its client. */
  run(count: number): Promise<void>;
}

/** Every outcome in the pipeline, on routes that this function publishes. */
export async function connectionOutcomes(
  world: GatewayWorld,
  upstream: ScriptedUpstream,
): Promise<ConnectionOutcome[]> {
  const tenant = await world.tenant({ limits: { maxConnections: null } });
  await publishRoutes(world, upstream, tenant);
  const revoked = await world.apiKey(tenant);
  await world.publish({ kind: 'apiKey', id: revoked.published.id, value: null });
  return [
    ...refusedByGateway(world, revoked.key),
    ...failedByUpstream(world, upstream),
    ...joined(world),
    { name: 'key-revoked', outcome: 'gateway 1008', run: (count) => revokeAll(world, tenant, count) },
  ];
}

async function publishRoutes(
  world: GatewayWorld,
  upstream: ScriptedUpstream,
  tenant: PublishedTenant,
): Promise<void> {
  const upstreams = [{ url: upstream.url }];
  const away = await CountingUpstream.start();
  const full = await world.tenant({ slug: 'full', limits: { maxConnections: 0 } });
  await world.route(full, { match: { path: '/full' }, upstreams });
  await world.route(tenant, { match: { path: '/away' }, upstreams: [{ url: away.url }] });
  await away.close();
  const routes: Record<string, Record<string, unknown>> = {
    'key-wanted': { auth: {} },
    'wrong-key': { auth: {} },
    'key-revoked': { auth: {} },
    'wrong-origin': { allowedOrigins: ['https://app.test'] },
    silent: { timeouts: { handshakeMs: 100 } },
    idle: { timeouts: { idleMs: 100 } },
    'lived-long': { timeouts: { maxLifetimeMs: 1000 } },
  };
  const plain = ['client-leaves', 'not-switched', 'wrong-accept', 'client-closes', 'client-resets'];
  for (const name of [...plain, 'client-fin', 'upstream-closes', 'upstream-resets', 'upstream-fin']) {
    routes[name] = {};
  }
  for (const [name, overrides] of Object.entries(routes)) {
    await world.route(tenant, { match: { path: `/${name}` }, upstreams, ...overrides });
  }
}

function refusedByGateway(world: GatewayWorld, revokedKey: string): ConnectionOutcome[] {
  const way = (name: string, outcome: string, headers: Record<string, string> = {}): ConnectionOutcome =>
    answered(world, name, outcome, headers);
  return [
    way('unparsed', 'version_unsupported', { 'Sec-WebSocket-Version': '8' }),
    way('nothing', 'no_route'),
    way('key-wanted', 'key_required'),
    way('wrong-key', 'key_invalid', { 'X-Api-Key': revokedKey }),
    way('wrong-origin', 'origin_forbidden', { Origin: 'https://other.test' }),
    way('full', 'connection_limit'),
  ];
}

function failedByUpstream(world: GatewayWorld, upstream: ScriptedUpstream): ConnectionOutcome[] {
  let leaving = 0;
  const leave = async (): Promise<void> => {
    const path = `/client-leaves/${(leaving += 1)}`;
    const asked = upstream.asked(path);
    const socket = await openSocket(world.port);
    socket.write(upgradeRequest(path));
    await asked;
    await reset(socket);
  };
  return [
    answered(world, 'away', 'upstream_refused'),
    answered(world, 'silent', 'upstream_timeout'),
    answered(world, 'not-switched', 'upstream_answer'),
    answered(world, 'wrong-accept', 'upstream_bad_handshake'),
    each('client-leaves', 'client_gone', leave),
  ];
}

function joined(world: GatewayWorld): ConnectionOutcome[] {
  const say = (message: string) => async (name: string) => {
    const client = await open(world, name);
    const closed = once(client, 'close');
    client.send(message);
    await closed;
  };
  return [
    each('idle', 'gateway 1001', say('hello')),
    each('lived-long', 'gateway 1001', say('hello')),
    each('upstream-closes', 'upstream 4000', say('close')),
    each('upstream-resets', 'upstream 1013', say('reset')),
    each('upstream-fin', 'upstream 1013', say('fin')),
    each('client-closes', 'client 1000', async (name) => {
      const client = await open(world, name);
      client.close(1000);
      await once(client, 'close');
    }),
    each('client-resets', 'client 1006', async (name) => reset(await openRaw(world, name))),
    each('client-fin', 'client 1006', async (name) => {
      const socket = await openRaw(world, name);
      const closed = once(socket, 'close');
      socket.end();
      await closed;
    }),
  ];
}

async function revokeAll(world: GatewayWorld, tenant: PublishedTenant, count: number): Promise<void> {
  const { key, published } = await world.apiKey(tenant);
  const opening = Array.from({ length: count }, () => open(world, 'key-revoked', { 'X-Api-Key': key }));
  const closes = (await Promise.all(opening)).map((client) => once(client, 'close'));
  await world.publish({ kind: 'apiKey', id: published.id, value: null });
  await Promise.all(closes);
}

/** A handshake that gets an HTTP answer. */
function answered(
  world: GatewayWorld,
  name: string,
  outcome: string,
  headers: Record<string, string> = {},
): ConnectionOutcome {
  return each(name, outcome, async () => {
    await rawRequest(world.port, upgradeRequest(`/${name}`, headers));
  });
}

function each(name: string, outcome: string, endOne: (name: string) => Promise<void>): ConnectionOutcome {
  const run = async (count: number): Promise<void> => {
    await Promise.all(Array.from({ length: count }, () => endOne(name)));
  };
  return { name, outcome, run };
}

async function open(
  world: GatewayWorld,
  name: string,
  headers: Record<string, string> = {},
): Promise<WebSocket> {
  const client = new WebSocket(`${world.url}/${name}`, { headers, perMessageDeflate: false });
  await once(client, 'open');
  return client;
}

async function openRaw(world: GatewayWorld, name: string): Promise<Socket> {
  const socket = await openSocket(world.port);
  socket.write(upgradeRequest(`/${name}`));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  if (!answer.toString().startsWith('HTTP/1.1 101 ')) throw new Error(`not joined: ${answer.toString()}`);
  return socket;
}

async function reset(socket: Socket): Promise<void> {
  const closed = once(socket, 'close');
  socket.resetAndDestroy();
  await closed;
}
