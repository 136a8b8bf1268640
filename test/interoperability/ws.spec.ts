import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { DocumentedGateway, keySources, withoutKey } from './documented-gateway.js';

const heading = 'Browsers, ws and Python';
let gateway: DocumentedGateway;

beforeAll(async () => {
  gateway = await DocumentedGateway.start();
});

afterEach(() => gateway.reset());

afterAll(() => gateway.close());

const clientWith = {
  header: (url: string, key: string) => new WebSocket(url, ['chat.v1'], { headers: { 'X-Api-Key': key } }),
  query: (url: string, key: string) => new WebSocket(`${url}?api_key=${key}`, ['chat.v1']),
  subprotocol: (url: string, key: string) => new WebSocket(url, ['chat.v1', `sluice.key.${key}`]),
};

async function exchange(client: WebSocket, data: string | Buffer): Promise<string | Buffer> {
  client.send(data);
  const [answer, isBinary] = (await once(client, 'message')) as [Buffer, boolean];
  return isBinary ? answer : String(answer);
}

test('the documented client in Node.js gets its answer', async () => {
  await gateway.publish(heading, gateway.echoPort);
  expect(await gateway.run(heading, 'js')).toBe('hello\n');
});

test.each(keySources)('ws negotiates subprotocol and compression with a key in the %s', async (source) => {
  const { url } = await gateway.publish(heading, gateway.echoPort);
  const { key, revoke } = await gateway.key();
  const client = clientWith[source](url, key);
  await once(client, 'open');
  expect([client.protocol, client.extensions]).toEqual(['chat.v1', 'permessage-deflate']);
  const text = 'grüße über sluice '.repeat(10_000);
  expect(await exchange(client, text)).toBe(text);
  const bytes = Buffer.alloc(100_000, 0x80);
  expect(bytes.equals((await exchange(client, bytes)) as Buffer)).toBe(true);
  const closed = once(client, 'close') as Promise<[number, Buffer]>;
  await revoke();
  const [code, reason] = await closed;
  expect([code, String(reason)]).toEqual([1008, 'key revoked']);
});

test('ws is closed with 1012 at a drain, and connects again', async () => {
  const { url, change } = await gateway.publish(heading, gateway.echoPort, withoutKey);
  const client = new WebSocket(url);
  await once(client, 'open');
  const closed = once(client, 'close') as Promise<[number]>;
  await change({ upstreams: [{ url: `http://127.0.0.1:${gateway.echoPort}/v3` }] });
  expect((await closed)[0]).toBe(1012);
  const next = new WebSocket(url);
  await once(next, 'open');
  expect(await exchange(next, 'hello')).toBe('hello');
  next.close();
  await once(next, 'close');
});
