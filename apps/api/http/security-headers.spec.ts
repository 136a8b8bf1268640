import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start();
});
afterAll(() => api.remove());

test.each(['/v1/tenants', '/v1/nothing', '/healthz', '/metrics', '/openapi.json'])(
  'the header fields of %s forbid sniffing, framing, caching and loading anything',
  async (path) => {
    for (const token of [null, 'wrong']) {
      const { headers } = await api.request('GET', path, undefined, { token });
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get('x-powered-by')).toBeNull();
    }
  },
);

test('Swagger UI runs only scripts of this origin', async () => {
  const page = await api.request('GET', '/docs/', undefined, { token: null });
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
  expect(page.headers.get('x-frame-options')).toBe('DENY');
  expect(page.text).not.toMatch(/<script>[^<]/);
});

test('a refused upgrade has the same header fields', async () => {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/v1/events`);
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  expect(response.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  socket.terminate();
});
