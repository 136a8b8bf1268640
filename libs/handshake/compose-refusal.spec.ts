import { createServer, get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { composeProblem, composeRefusal } from './compose-refusal.js';
import { writeRefusal } from './write-refusal.js';

/** Returns the response that an HTTP client reads when a raw socket answers with the refusal. */
async function asRead(refusal: Buffer): Promise<{ response: IncomingMessage; body: string }> {
  const server = createServer();
  server.on('upgrade', (_request, socket) => void writeRefusal(socket, refusal));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket' };
  const [response] = (await once(get({ port, headers, agent: false }), 'response')) as [IncomingMessage];
  const body = await text(response);
  server.close();
  return { response, body };
}

test('a refusal is a complete response with a problem document', async () => {
  const { response, body } = await asRead(
    composeRefusal('no_route', { requestId: 'trace-1', detail: 'caf\u00e9' }),
  );
  expect(response.statusCode).toBe(404);
  expect(response.statusMessage).toBe('Not Found');
  expect(response.headers).toMatchObject({
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-request-id': 'trace-1',
    connection: 'close',
  });
  expect(Date.parse(response.headers.date ?? '')).not.toBeNaN();
  expect(response.headers).not.toHaveProperty('retry-after');
  expect(response.headers).not.toHaveProperty('www-authenticate');
  expect(JSON.parse(body)).toEqual({
    type: 'urn:sluice:problem:no_route',
    title: 'No route matches',
    status: 404,
    code: 'no_route',
    requestId: 'trace-1',
    detail: 'caf\u00e9',
  });
});

test('a refusal of a request that was not read has an id too', async () => {
  const { response, body } = await asRead(composeRefusal('headers_too_large'));
  expect(response.headers['x-request-id']).toMatch(/^req_/);
  expect(JSON.parse(body)).toMatchObject({ requestId: response.headers['x-request-id'] });
});

describe('the header fields that a status requires', () => {
  test('a 401 names the authentication scheme', async () => {
    const { response } = await asRead(composeRefusal('key_required'));
    expect(response.headers).toMatchObject({ 'www-authenticate': 'Bearer', connection: 'close' });
  });

  test('a 426 names the protocol to upgrade to', async () => {
    const { response } = await asRead(composeRefusal('version_unsupported'));
    expect(response.headers).toMatchObject({
      'sec-websocket-version': '13',
      upgrade: 'websocket',
      connection: 'Upgrade, close',
    });
  });

  test('a 429 names the limit, and the time to retry in whole seconds', async () => {
    const refusal = composeRefusal('connection_limit', { limit: 'tenant', retryAfterSeconds: 0.2 });
    const { response, body } = await asRead(refusal);
    expect(response.headers['retry-after']).toBe('1');
    expect(JSON.parse(body)).toMatchObject({ limit: 'tenant' });
  });
});

test.each([
  ['no_route', {}],
  ['key_required', { 'WWW-Authenticate': 'Bearer' }],
  ['version_unsupported', { 'Sec-WebSocket-Version': '13' }],
  ['method_not_allowed', { Allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' }],
] as const)(
  'the answer %s on a connection that stays open has the fields %j of its status',
  (code, required) => {
    const { status, fields, body } = composeProblem(code, { requestId: 'trace-1' });
    expect(JSON.parse(body.toString())).toMatchObject({ code, status, requestId: 'trace-1' });
    expect(Object.fromEntries(fields)).toEqual({
      'Content-Type': 'application/problem+json',
      'Content-Length': String(body.length),
      'Cache-Control': 'no-store',
      'X-Request-Id': 'trace-1',
      ...required,
    });
  },
);

test.each([
  [-1, '0'],
  [0, '0'],
  [1.2, '2'],
])('a time to retry of %f s is sent as %s', (retryAfterSeconds, sent) => {
  const { fields } = composeProblem('connection_limit', { retryAfterSeconds });
  expect(fields).toContainEqual(['Retry-After', sent]);
});
