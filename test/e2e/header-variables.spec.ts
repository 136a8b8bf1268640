import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { PublishedRoute } from '#libs/contract';
import { startProxiedUpstream, type ProxiedUpstream } from '../support/proxied-upstream.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';

let proxied: ProxiedUpstream;
let received: IncomingHttpHeaders[];

beforeEach(async () => {
  received = [];
  proxied = await startProxiedUpstream({
    verifyClient: ({ req }: { req: IncomingMessage }) => req.headers['x-wanted'] !== 'no',
  });
  proxied.server.on('headers', (headers, { headers: asked }) => {
    headers.push('Server: ws', 'X-Powered-By: Express');
    received.push(asked);
  });
});

afterEach(() => proxied.close());

function route(overrides: object): Promise<PublishedRoute> {
  return proxied.route({ upstreams: [{ url: `ws://${proxied.authority}` }], ...overrides });
}

async function answerTo(headers: Record<string, string> = {}): Promise<IncomingHttpHeaders> {
  const client = new WebSocket(proxied.world.url, { headers });
  const upgraded = once(client, 'upgrade') as Promise<[IncomingMessage]>;
  await once(client, 'open');
  const [answer] = await upgraded;
  client.close();
  await once(client, 'close');
  return answer.headers;
}

test('the upstream and the client get the values of the variables', async () => {
  const { id } = await route({
    auth: { mode: 'apiKey' },
    requestHeaders: {
      set: {
        'X-Client': '$client_ip',
        'X-Tenant': '${tenant}_$route',
        'X-Key': '$key_id=$key_name',
        'X-Price': '$$5',
      },
    },
    responseHeaders: { set: { 'X-Request-Id': '$request_id', Server: 'sluice' }, remove: ['X-Powered-By'] },
  });
  const { key, published } = await proxied.world.apiKey(proxied.tenant, { name: 'web, "1"' });
  const answer = await answerTo({ 'X-Api-Key': key, 'X-Tenant': 'evil', Host: 'Chat.Test:81' });
  expect(received).toMatchObject([
    {
      'x-client': '127.0.0.1',
      'x-tenant': `acme_${id}`,
      'x-key': `${published.id}=web%2C%20%221%22`,
      'x-price': '$5',
    },
  ]);
  const record = await proxied.world.nextRecord();
  expect(answer).toMatchObject({ 'x-request-id': record.connectionId, server: 'sluice' });
  expect(answer).not.toHaveProperty('x-powered-by');
});

test('a client cannot set a field whose variables are empty', async () => {
  await route({ requestHeaders: { set: { 'X-Key': '$key_id' } } });
  await answerTo({ 'X-Key': 'evil', X_Key: 'evil' });
  expect(received[0]).not.toHaveProperty('x-key');
  expect(JSON.stringify(received)).not.toContain('evil');
});

test('an answer other than 101 also gets the header fields of the route', async () => {
  await route({ responseHeaders: { set: { 'X-Host': '$host' }, remove: ['Content-Type'] } });
  const { status, headers } = await rawRequest(proxied.world.port, upgradeRequest('/', { 'X-Wanted': 'no' }));
  expect(status).toBe(401);
  expect(headers['x-host']).toBe('gateway.test');
  expect(headers).not.toHaveProperty('content-type');
});
