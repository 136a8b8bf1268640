import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { GatewayWorld } from '../support/gateway-world.js';

describe('a WebSocket through the gateway', () => {
  let world: GatewayWorld;
  let echo: RunningEcho;

  beforeEach(async () => {
    echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
    world = await GatewayWorld.start();
  });

  afterEach(async () => {
    await world.expectNothingHeld();
    await world.close();
    await echo.close();
  });

  test('relays text and binary, and forwards the subprotocol that the upstream selects', async () => {
    await world.route(await world.tenant(), { upstreams: [{ url: echo.url }] });
    const client = new WebSocket(`${world.url}/chat`, ['chat.v2', 'chat.v1']);
    await once(client, 'open');
    expect(client.protocol).toBe('chat.v2');
    client.send('hello');
    expect(await once(client, 'message')).toEqual([Buffer.from('hello'), false]);
    client.send(Buffer.from([0, 1, 255]));
    expect(await once(client, 'message')).toEqual([Buffer.from([0, 1, 255]), true]);
    client.close(4001, 'bye');
    await once(client, 'close');
    expect(await world.nextRecord()).toMatchObject({
      outcome: 'ended',
      endedBy: 'client',
      closeCode: 4001,
      subprotocol: 'chat.v2',
      path: '/chat',
      upstreamUrl: echo.url,
      fromClient: { messages: 2 },
      fromUpstream: { messages: 2 },
    });
  });

  test('relays compressed messages, whose frames use a reserved bit', async () => {
    await world.route(await world.tenant(), { upstreams: [{ url: echo.url }] });
    const client = new WebSocket(world.url, { perMessageDeflate: { threshold: 0 } });
    await once(client, 'open');
    expect(client.extensions).toContain('permessage-deflate');
    const text = 'the same again and again, '.repeat(10_000);
    client.send(text);
    expect(await once(client, 'message')).toEqual([Buffer.from(text), false]);
    client.close();
    await once(client, 'close');
    const { fromClient } = (await world.nextRecord()) as { fromClient: { bytes: number } };
    expect(fromClient.bytes).toBeLessThan(text.length / 10);
  });
});
