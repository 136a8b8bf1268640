import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startProxiedUpstream, type ProxiedUpstream } from '../support/proxied-upstream.js';

let proxied: ProxiedUpstream;
let received: (string | undefined)[];

beforeEach(async () => {
  received = [];
  proxied = await startProxiedUpstream({});
  proxied.server.on('headers', (_headers, { headers }) => received.push(headers.cookie));
});
afterEach(() => proxied.close());

// Browsers send the cookie to every port of a host.
test.each([
  ['sluice_session=secret', undefined],
  ['a=1; sluice_session=secret; b=2', 'a=1; b=2'],
  ['sluice_session=one; sluice_session=two; sluice_upstream=x', 'sluice_upstream=x'],
  ['not_sluice_session=1', 'not_sluice_session=1'],
])('the session of the console in the cookies %j does not go upstream', async (cookie, expected) => {
  await proxied.route({ upstreams: [{ url: `ws://${proxied.authority}` }] });
  const client = new WebSocket(proxied.world.url, { headers: { cookie } });
  await once(client, 'open');
  expect(received).toEqual([expected]);
  client.close();
  await once(client, 'close');
});
