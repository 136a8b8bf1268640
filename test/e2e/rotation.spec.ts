import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { generateApiKey } from '#libs/credentials';
import { startEcho } from '../../apps/echo/start-echo.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';

test('connections opened with a rotated secret close at the end of its grace period; those of the new secret stay open', async () => {
  const world = await GatewayWorld.start();
  const echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
  const tenant = await world.tenant();
  await world.route(tenant, { upstreams: [{ url: echo.url }], auth: {} });
  const { key: oldKey, published } = await world.apiKey(tenant);
  const { key: newKey, prefix, secretHash } = generateApiKey();
  const open = async (key: string): Promise<WebSocket> => {
    const client = new WebSocket(world.url, { headers: { 'x-api-key': key } });
    await once(client, 'open');
    return client;
  };
  const before = await open(oldKey);
  const expiresAt = new Date(Date.now() + 2000).toISOString();
  const previous = { prefix: published.prefix, secretHash: published.secretHash, expiresAt };
  const value = { ...published, prefix, secretHash, previous };
  await world.publish({ kind: 'apiKey', id: published.id, value });
  const [during, next] = [await open(oldKey), await open(newKey)];
  const closes = await Promise.all([once(before, 'close'), once(during, 'close')]);
  for (const [code, reason] of closes) {
    expect([code, String(reason)]).toEqual([1008, 'key expired']);
  }
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt));
  const refused = await rawRequest(world.port, upgradeRequest('/', { 'X-Api-Key': oldKey }));
  expect([refused.status, refused.body]).toEqual([401, expect.stringContaining('key_expired')]);
  next.send('hello');
  expect(String((await once(next, 'message'))[0])).toBe('hello');
  next.close();
  await once(next, 'close');
  await world.expectNothingHeld();
  await world.close();
  await echo.close();
});
