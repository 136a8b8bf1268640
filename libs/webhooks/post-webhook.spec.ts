import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createAddressPolicy } from '#libs/upstreams';
import { openSocketsOf } from '../../test/support/open-sockets.js';
import { postWebhook, type PostedWebhook } from './post-webhook.js';
import { newWebhookSecret, signatureHeaders } from './signature.js';

const policy = createAddressPolicy([{ address: '127.0.0.1', prefixLength: 32, family: 'ipv4' }]);

const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

async function receiver(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  const sockets = openSocketsOf(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanups.push(
    () => server.close(),
    () => sockets.forEach((socket) => socket.destroy()),
  );
  return (server.address() as AddressInfo).port;
}

function post(url: string, address = '127.0.0.1', timeoutMs = 5000): Promise<PostedWebhook> {
  const lookup = () => Promise.resolve([{ address }]);
  return postWebhook({
    url: new URL(url),
    headers: { 'X-Own': '1' },
    body: '{"a":1}',
    policy,
    lookup,
    timeoutMs,
  });
}

test('a message is posted, and any status from 200 to 299 is success', async () => {
  const received: { request: IncomingMessage; body: string }[] = [];
  const port = await receiver((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ request, body });
      response.writeHead(204).end();
    });
  });
  expect(await post(`http://hooks.test:${port}/in?x=1`)).toEqual({ ok: true });
  const [one] = received;
  expect([one?.request.method, one?.request.url, one?.body]).toEqual(['POST', '/in?x=1', '{"a":1}']);
  expect(one?.request.headers).toMatchObject({
    host: `hooks.test:${port}`,
    'content-type': 'application/json',
    'x-own': '1',
  });
});

test('a redirect to an address inside is not followed', async () => {
  let inside = 0;
  const target = await receiver((_request, response) => {
    inside += 1;
    response.end();
  });
  const port = await receiver((_request, response) => {
    response.writeHead(307, { Location: `http://127.0.0.1:${target}/` }).end();
  });
  expect(await post(`http://hooks.test:${port}/`)).toEqual({
    ok: false,
    detail: 'the answer has the status 307',
  });
  expect(inside).toBe(0);
});

test('a request to a receiver that hangs fails after the timeout', async () => {
  const port = await receiver(() => undefined);
  expect(await post(`http://hooks.test:${port}/`, '127.0.0.1', 50)).toEqual({
    ok: false,
    detail: 'no answer within 50 ms',
  });
});

test('a name that is bound to a private address later is not connected to', async () => {
  let requests = 0;
  const port = await receiver((_request, response) => {
    requests += 1;
    response.end();
  });
  expect(await post(`http://hooks.test:${port}/`)).toEqual({ ok: true });
  for (const address of ['127.0.0.2', '10.0.0.1', '169.254.169.254', '::1']) {
    expect(await post(`http://hooks.test:${port}/`, address)).toEqual({
      ok: false,
      detail: 'its address is not allowed',
    });
  }
  expect(requests).toBe(1);
});

test('a body without end is not read, and its connection is closed', async () => {
  const closed = new Promise<void>((resolve) => {
    void receiver((_request, response) => {
      response.writeHead(200);
      const write = (): void => {
        while (!response.destroyed && response.write('a'.repeat(65_536)));
      };
      response.on('drain', write).on('close', resolve);
      write();
    }).then(async (port) => {
      expect(await post(`http://hooks.test:${port}/`)).toEqual({ ok: true });
    });
  });
  await closed;
});

test('a message has a signature of each secret, over id, timestamp and body', () => {
  const secrets = [newWebhookSecret(), newWebhookSecret()];
  const headers = signatureHeaders({ id: 'evt_1', timestamp: 1_764_500_000, body: '{}' }, secrets);
  const expected = secrets.map((secret) => {
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    return `v1,${createHmac('sha256', key).update('evt_1.1764500000.{}').digest('base64')}`;
  });
  expect(headers).toEqual({
    'webhook-id': 'evt_1',
    'webhook-timestamp': '1764500000',
    'webhook-signature': expected.join(' '),
  });
});
