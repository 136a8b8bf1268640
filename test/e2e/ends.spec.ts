import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { closeIn } from '../fuzz/frame-bytes.js';
import { ReceivedBytes } from '../fuzz/received-bytes.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { clientFrame, closeFrom, upstreamFrame } from '../support/joined-tunnel.js';
import { openSocketsOf } from '../support/open-sockets.js';
import { openSocket, upgradeRequest } from '../support/raw-request.js';
import { takeHead, type RawPeer } from '../support/raw-upstream.js';
import { testCertificate } from '../support/tls-certificates.js';

const messageCount = 30;
const limits = { messagesPerSecond: 20 };
const messages = Array.from({ length: messageCount }, (_, index) => `message ${index}`);

describe.each(['ws', 'wss'])('an end of one side, with an upstream over %s', (scheme) => {
  let world: GatewayWorld;
  let upstream: Server;
  let webSockets: WebSocketServer;

  afterEach(async () => {
    await world.expectNothingHeld();
    await world.close();
    upstream.close();
  });

  /** A route to an upstream that handles each WebSocket like this. */
  async function start(tenantLimits: object, onConnection: (webSocket: WebSocket) => void): Promise<void> {
    world = await GatewayWorld.start();
    upstream =
      scheme === 'ws'
        ? createHttpServer()
        : createHttpsServer({
            cert: await testCertificate('chat.crt'),
            key: await testCertificate('chat.key'),
          });
    openSocketsOf(upstream);
    webSockets = new WebSocketServer({ server: upstream });
    webSockets.on('connection', onConnection);
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    const { port } = upstream.address() as AddressInfo;
    const upstreams = [{ url: `${scheme}://127.0.0.1:${port}` }];
    const upstreamTls = { ca: await testCertificate('ca.crt'), serverName: 'chat.test' };
    await world.route(await world.tenant({ limits: tenantLimits }), { upstreams, upstreamTls });
  }

  async function joinRaw(): Promise<RawPeer> {
    const socket = await openSocket(world.port);
    socket.write(upgradeRequest('/'));
    expect(await takeHead(socket)).toMatch(/^HTTP\/1\.1 101 /);
    return { socket, received: new ReceivedBytes(socket) };
  }

  test('messages, a close frame and a FIN of a client above its rate all arrive, and are counted', async () => {
    const arrived: string[] = [];
    let closedWith: number | null = null;
    await start(limits, (webSocket) => {
      webSocket.on('message', (message: Buffer) => arrived.push(message.toString()));
      webSocket.on('close', (code: number) => (closedWith = code));
    });
    const { socket, received } = await joinRaw();
    socket.end(Buffer.concat([...messages.map((text) => clientFrame(text)), closeFrom('client', 4000)]));
    await received.takeRest();
    await expect.poll(() => closedWith).toBe(4000);
    expect(arrived).toEqual(messages);
    expect(await world.nextRecord()).toMatchObject({
      endedBy: 'client',
      closeCode: 4000,
      fromClient: { messages: messageCount, frames: messageCount + 1 },
    });
  });

  test('messages, a close frame and a FIN of an upstream above its rate all arrive, and are counted', async () => {
    await start(limits, (webSocket) => {
      for (const text of messages) webSocket.send(text);
      webSocket.close(4000);
    });
    const client = new WebSocket(world.url, { perMessageDeflate: false });
    const arrived: string[] = [];
    client.on('message', (message: Buffer) => arrived.push(message.toString()));
    const [code] = (await once(client, 'close')) as [number];
    expect([code, arrived]).toEqual([4000, messages]);
    expect(await world.nextRecord()).toMatchObject({
      endedBy: 'upstream',
      closeCode: 4000,
      fromUpstream: { messages: messageCount, frames: messageCount + 1 },
    });
  });

  test('a client that violates the protocol gets the answers to its messages before 1002', async () => {
    let closedWith: number | null = null;
    await start({}, (webSocket) => {
      webSocket.on('close', (code: number) => (closedWith = code));
      webSocket.on('message', (message: Buffer) => webSocket.send(message));
    });
    const { socket, received } = await joinRaw();
    socket.write(Buffer.concat([clientFrame('hello'), Buffer.from([0x83, 0x80, 0, 0, 0, 0])]));
    const all = await received.takeRest();
    socket.end();
    const answer = upstreamFrame('hello');
    expect(all.subarray(0, answer.length)).toEqual(answer);
    expect(closeIn(all.subarray(answer.length))).toBe('1002 protocol error');
    await expect.poll(() => closedWith).toBe(1002);
    expect(await world.nextRecord()).toMatchObject({ endedBy: 'gateway', closeCode: 1002 });
  });
});
