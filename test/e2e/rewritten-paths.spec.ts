import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startProxiedUpstream, type ProxiedUpstream } from '../support/proxied-upstream.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';

let proxied: ProxiedUpstream;
let targets: (string | undefined)[];

beforeEach(async () => {
  targets = [];
  proxied = await startProxiedUpstream();
  proxied.server.on('connection', (_socket, { url }) => targets.push(url));
});

afterEach(() => proxied.close());

async function routeTo(basePath: string, rewrite: object): Promise<void> {
  const upstreams = [{ url: `http://${proxied.authority}${basePath}` }];
  await proxied.route({ match: { path: '/chat' }, upstreams, rewrite });
}

async function connect(target: string): Promise<void> {
  const client = new WebSocket(`ws://127.0.0.1:${proxied.world.port}${target}`);
  await once(client, 'open');
  client.close();
  await once(client, 'close');
}

test('replacePrefix replaces the matched path, below the base path of the upstream', async () => {
  await routeTo('/base', { replacePrefix: '/v2/socket' });
  for (const target of ['/chat', '/chat/', '/chat/rooms/1?a=/chat']) await connect(target);
  expect(targets).toEqual(['/base/v2/socket', '/base/v2/socket/', '/base/v2/socket/rooms/1?a=/chat']);
});

test('a change of replacePrefix applies to the next request', async () => {
  await routeTo('', { stripPrefix: true });
  await connect('/chat/x');
  const [route] = proxied.world.gateway.configuration.snapshot()?.entries.slice(1) ?? [];
  if (route?.kind !== 'route' || route.value === null) throw new Error('no route');
  const rewrite = { ...route.value.rewrite, stripPrefix: false, replacePrefix: '/v2' };
  await proxied.world.publish({ ...route, value: { ...route.value, rewrite } });
  await connect('/chat/x');
  expect(targets).toEqual(['/x', '/v2/x']);
});

test('the parameters of a template go into the path and the header fields of the upstream', async () => {
  const rooms: unknown[] = [];
  proxied.server.on('connection', (_socket, { headers }) => rooms.push(headers['x-room']));
  const match = { path: '/rooms/:room/users/:user', pathType: 'template' };
  const upstreams = [{ url: `ws://${proxied.authority}/base` }];
  const rewrite = { replacePrefix: '/v2/$user/$room' };
  await proxied.route({
    match,
    upstreams,
    rewrite,
    requestHeaders: { set: { 'X-Room': '$room' } },
  });
  await connect('/rooms/lobby/users/caf%c3%a9?a=b');
  expect([targets, rooms]).toEqual([['/base/v2/caf%C3%A9/lobby?a=b'], ['lobby']]);
  const { status } = await rawRequest(proxied.world.port, upgradeRequest('/rooms/lobby/users/'));
  expect(status).toBe(404);
});

test('the groups of a regular expression go into the path of the upstream, unless they change its meaning', async () => {
  const match = { path: '/files/(?P<folder>[a-z]*)-?(?P<rest>.*)', pathType: 'regex' };
  const upstreams = [{ url: `ws://${proxied.authority}` }];
  await proxied.route({ match, upstreams, rewrite: { replacePrefix: '/$folder/$rest' } });
  await connect('/files/a-b/c');
  expect(targets).toEqual(['/a/b/c']);
  for (const target of ['/files/-x', '/files/a-/any.test/admin', '/files/a-.']) {
    const { status, body } = await rawRequest(proxied.world.port, upgradeRequest(target));
    expect([status, JSON.parse(body)], target).toMatchObject([400, { code: 'bad_path' }]);
  }
});

test('no target is forwarded in which a host hides another route', async () => {
  await routeTo('', { stripPrefix: true });
  await proxied.route({ match: { path: '/chat/admin' }, auth: { mode: 'apiKey' } });
  const { status, body } = await rawRequest(proxied.world.port, upgradeRequest('/chat//any.test/admin'));
  expect([status, JSON.parse(body)]).toMatchObject([400, { code: 'bad_path' }]);
  await connect('/chat//any.test/x');
  expect(targets).toEqual(['//any.test/x']);
});
