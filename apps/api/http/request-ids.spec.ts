import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { adminToken, ApiUnderTest } from '../../../test/support/api-under-test.js';
import { rawRequest, upgradeRequest, type RawAnswer } from '../../../test/support/raw-request.js';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start();
});
afterAll(() => api.remove());

const authorization = `Authorization: Bearer ${adminToken}\r\n`;
const close = 'Connection: close\r\n';

function send(text: string): Promise<RawAnswer> {
  return rawRequest(Number(new URL(api.url).port), text);
}

test('the id that a client sends is in the answer and in the audit trail', async () => {
  const headers = { 'x-request-id': 'trace-1.2_3' };
  const answer = await api.request('POST', '/v1/tenants', { slug: 'traced' }, { headers });
  expect(answer.headers.get('x-request-id')).toBe('trace-1.2_3');
  const { items } = (await api.request('GET', '/v1/audit?action=tenant.create')).body;
  expect(items[0]).toMatchObject({ requestId: 'trace-1.2_3' });
});

test('an id of a client with other characters, or repeated, is replaced', async () => {
  for (const fields of ['X-Request-Id: a b\r\n', 'X-Request-Id: a\r\nX-Request-Id: b\r\n']) {
    const { headers } = await send(`GET /healthz HTTP/1.1\r\nHost: a\r\n${close}${fields}\r\n`);
    expect(headers['x-request-id']).toMatch(/^req_/);
  }
});

test.each([
  [
    'malformed JSON',
    `POST /v1/tenants HTTP/1.1\r\nHost: a\r\n${close}${authorization}Content-Type: application/json\r\nContent-Length: 1\r\n\r\n{`,
    400,
    'malformed_json',
  ],
  ['an unknown path', `GET /nowhere HTTP/1.1\r\nHost: a\r\n${close}\r\n`, 404, 'not_found'],
  [
    'a body above the limit',
    `POST /v1/tenants HTTP/1.1\r\nHost: a\r\n${close}${authorization}Content-Type: application/json\r\nContent-Length: 2000000\r\n\r\n${'x'.repeat(2_000_000)}`,
    413,
    'body_too_large',
  ],
  [
    'another media type',
    `POST /v1/tenants HTTP/1.1\r\nHost: a\r\n${close}${authorization}Content-Type: text/plain\r\nContent-Length: 1\r\n\r\nx`,
    415,
    'unsupported_media_type',
  ],
  [
    'a broken query',
    `GET /v1/tenants?limit=%zz HTTP/1.1\r\nHost: a\r\n${close}${authorization}\r\n`,
    400,
    'invalid_request',
  ],
  ['no token', `GET /v1/tenants HTTP/1.1\r\nHost: a\r\n${close}\r\n`, 401, 'unauthorized'],
  ['no Host', `GET /healthz HTTP/1.1\r\n${close}\r\n`, 400, 'invalid_request'],
  ['no HTTP', 'no HTTP\r\n\r\n', 400, 'invalid_request'],
  [
    'a header above the limit',
    `GET / HTTP/1.1\r\nHost: a\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
    'headers_too_large',
  ],
  ['an upgrade at another path', upgradeRequest('/v1/tenants'), 404, 'not_found'],
  ['an upgrade without a token', upgradeRequest('/v1/events'), 401, 'unauthorized'],
  [
    'an upgrade without a key',
    upgradeRequest('/v1/events', { 'Sec-WebSocket-Key': null }),
    400,
    'bad_handshake',
  ],
])('a request with %s is answered with an id', async (_what, text, status, code) => {
  const answer = await send(text);
  expect([answer.status, JSON.parse(answer.body)]).toEqual([
    status,
    expect.objectContaining({ code, requestId: answer.headers['x-request-id'] }),
  ]);
  expect(answer.headers['x-request-id']).toMatch(/^req_/);
});

test('an unknown expectation is ignored', async () => {
  const answer = await send(`GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n${close}\r\n`);
  expect([answer.status, answer.headers['x-request-id']]).toEqual([200, expect.stringMatching(/^req_/)]);
});

test('garbage behind a request does not corrupt the answer of that request', async () => {
  const { status, body } = await send(`GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\ngarbage\r\n\r\n`);
  if (status === 200) expect(body).not.toContain('HTTP/1.1 400');
  else expect(status).toBe(400);
});

test('the answer that opens a WebSocket has an id', async () => {
  const headers = { authorization: `Bearer ${adminToken}`, 'x-request-id': 'stream-1' };
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/v1/events`, { headers });
  const [response] = (await once(socket, 'upgrade')) as [{ headers: Record<string, string> }];
  socket.terminate();
  expect(response.headers['x-request-id']).toBe('stream-1');
});
