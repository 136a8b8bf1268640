import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalOf } from '../../../test/support/api-socket.js';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start();
  api.fleet.addGateway();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  const upstreams = [{ url: 'ws://10.0.0.5' }];
  const requestHeaders = { set: { 'X-A': 'a \\n b' } };
  for (const path of ['/a', '/b'])
    await api.request('POST', '/v1/tenants/acme/routes', { match: { path }, upstreams, requestHeaders });
  await api.request('POST', '/v1/tenants', { slug: 'empty' });
});
afterAll(() => api.remove());

describe('every JSON answer is indented and ends with a line break', () => {
  test.each([
    ['GET', '/v1/tenants', 200],
    ['GET', '/v1/tenants/acme', 200],
    ['GET', '/v1/tenants/acme/routes?limit=1', 200],
    ['PATCH', '/v1/tenants/acme', 200],
    ['GET', '/v1/config', 200],
    ['GET', '/v1/gateways', 200],
    ['GET', '/v1/audit', 200],
    ['GET', '/healthz', 200],
    ['GET', '/readyz', 200],
    ['GET', '/openapi.json', 200],
    ['GET', '/v1', 200],
    ['GET', '/v1/tenants/nobody', 404],
    ['GET', '/nothing', 404],
    ['POST', '/v1/tenants', 422],
  ])('%s %s', async (method, path, status) => {
    const body = method === 'GET' ? undefined : {};
    const answer = await api.request(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.text).toBe(`${JSON.stringify(JSON.parse(answer.text), null, 2)}\n`);
    expect(answer.headers.get('content-length') ?? String(Buffer.byteLength(answer.text))).toBe(
      String(Buffer.byteLength(answer.text)),
    );
    expect(answer.headers.get('content-type')).toMatch(/^application\/(problem\+)?json/);
  });

  test('a refused WebSocket handshake', async () => {
    const { body, text } = await refusalOf(api, '/v1/events', { token: 'wrong' });
    expect(text).toBe(`${JSON.stringify(body, null, 2)}\n`);
  });
});

test('answers with the same entity tag have the same bytes for any Accept of the client', async () => {
  const read = async (accept: string) => {
    const headers = { accept, 'user-agent': accept };
    const { text, headers: fields } = await api.request('GET', '/v1/tenants/acme', undefined, { headers });
    return { text, tag: fields.get('etag'), vary: fields.get('vary') };
  };
  const [program, browser] = [await read('*/*'), await read('text/html,application/xhtml+xml,*/*;q=0.8')];
  expect(browser).toEqual(program);
  expect(program.tag).toMatch(/^"/);
});

test('an answer without content has an empty body', async () => {
  const made = await api.request('POST', '/v1/tenants', { slug: 'gone' });
  const gone = await api.request('DELETE', `/v1/tenants/${made.body.id}`);
  expect([gone.status, gone.text, gone.headers.get('content-type')]).toEqual([204, '', null]);
});
