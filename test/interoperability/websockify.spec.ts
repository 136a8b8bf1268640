import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { DocumentedGateway, keySources, withoutKey } from './documented-gateway.js';
import { startWebsockify, type Websockify } from './websockify.js';

const heading = 'noVNC and websockify';
const greeting = 'RFB 003.008\n';
let gateway: DocumentedGateway;
let desktop: Server;
let folder: string;
let websockify: Websockify;

/** A desktop greets as a VNC server does, and answers with the bytes that it gets. */
function converse(socket: Socket): void {
  socket.on('error', () => undefined).write(greeting);
  socket.pipe(socket);
}

beforeAll(async () => {
  gateway = await DocumentedGateway.start();
  desktop = createServer(converse).listen(0, '127.0.0.1');
  await once(desktop, 'listening');
  folder = await mkdtemp(join(tmpdir(), 'sluice-websockify-'));
  const tokens = join(folder, 'tokens');
  await writeFile(tokens, `desk-1: 127.0.0.1:${(desktop.address() as AddressInfo).port}\n`);
  websockify = await startWebsockify(tokens);
});

afterEach(async () => {
  await gateway.reset();
  await expect.poll(() => websockify.processes()).toBe(1);
});

afterAll(async () => {
  await websockify.stop();
  desktop.close();
  await rm(folder, { recursive: true, force: true });
  await gateway.close();
});

/** Reads the greeting, sends bytes, and resolves with everything that came back. */
async function visit(client: WebSocket): Promise<Buffer> {
  const sent = Buffer.from([0, 255, 128, 10]);
  const received: Buffer[] = [];
  client.once('message', () => client.send(sent));
  const all = new Promise<Buffer>((resolve, reject) => {
    client.once('error', reject);
    client.on('message', (data: Buffer) => {
      received.push(data);
      if (Buffer.concat(received).length === greeting.length + sent.length) resolve(Buffer.concat(received));
    });
  });
  const bytes = await all;
  // Without a code, websockify answers with 1005, which no close frame may have (RFC 6455 §7.4.1).
  client.close(1000);
  await once(client, 'close');
  return bytes;
}

const everything = Buffer.concat([Buffer.from(greeting), Buffer.from([0, 255, 128, 10])]);

const clientWith = {
  header: (url: string, key: string) =>
    new WebSocket(`${url}?token=desk-1`, ['binary'], { headers: { Authorization: `Bearer ${key}` } }),
  query: (url: string, key: string) => new WebSocket(`${url}?api_key=${key}&token=desk-1`, ['binary']),
  subprotocol: (url: string, key: string) =>
    new WebSocket(`${url}?token=desk-1`, [`sluice.key.${key}`, 'binary']),
};

test.each(keySources)(
  'websockify relays bytes both ways with a key in the %s, as the subprotocol "binary"',
  async (source) => {
    const { url } = await gateway.publish(heading, websockify.port);
    const { key } = await gateway.key();
    const client = clientWith[source](url, key);
    expect(await visit(client)).toEqual(everything);
    expect(client.protocol).toBe('binary');
  },
);

test('websockify relays to a client without key and subprotocols, as newer versions of noVNC are', async () => {
  const { url } = await gateway.publish(heading, websockify.port, withoutKey);
  const client = new WebSocket(`${url}?token=desk-1`);
  expect(await visit(client)).toEqual(everything);
  expect(client.protocol).toBe('');
});

test('a client that offers only its key gets it as the subprotocol, since websockify selects none', async () => {
  const { url } = await gateway.publish(heading, websockify.port);
  const { key } = await gateway.key();
  const client = new WebSocket(`${url}?token=desk-1`, [`sluice.key.${key}`]);
  expect(await visit(client)).toEqual(everything);
  expect(client.protocol).toBe(`sluice.key.${key}`);
});

test('an unknown token is answered with 502, since websockify closes the connection', async () => {
  const { url } = await gateway.publish(heading, websockify.port, withoutKey);
  const client = new WebSocket(`${url}?token=desk-2`);
  const [error] = (await once(client, 'error')) as [Error];
  expect(error.message).toBe('Unexpected server response: 502');
});

test('the end of the desktop closes the connection', async () => {
  const { url } = await gateway.publish(heading, websockify.port, withoutKey);
  const client = new WebSocket(`${url}?token=desk-1`);
  const connected = once(desktop, 'connection') as Promise<[Socket]>;
  await once(client, 'message');
  const [socket] = await connected;
  socket.end();
  const [code] = (await once(client, 'close')) as [number];
  expect(code).toBe(1000);
});
