import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiUnderTest, type ApiAnswer } from '../support/api-under-test.js';
import { buildConsole } from './open-console.js';

let api: ApiUnderTest;
let page: ApiAnswer;
beforeAll(async () => {
  buildConsole();
  api = await ApiUnderTest.start();
  page = await read('/console/');
}, 120_000);
afterAll(() => api.remove());

function read(path: string, headers: Record<string, string> = {}): Promise<ApiAnswer> {
  return api.request('GET', path, undefined, { token: null, headers });
}

function assetsOf({ text }: ApiAnswer): string[] {
  return [...text.matchAll(/(?:src|href)="(\/console\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
}

test('the page has no inline script or style, and a policy that forbids them; it is never cached', () => {
  expect(page.headers.get('content-security-policy')).toMatch(
    /^default-src 'self'; connect-src 'self' ws: wss:/,
  );
  expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  expect(page.text).not.toMatch(/<style|style=|<script>/);
});

test('each view is the page, and an asset that does not exist is 404', async () => {
  for (const path of ['/console', '/console/test', '/console/connections/con_x?view=closed']) {
    const { status, text } = await read(path);
    expect([path, status, text]).toEqual([path, 200, page.text]);
  }
  expect((await read('/console/assets/index-old.js')).status).toBe(404);
});

test('assets never change, and the first load is below 250 kB', async () => {
  const assets = assetsOf(page);
  expect(assets.length).toBeGreaterThan(1);
  let bytes = 0;
  for (const path of assets) {
    const { status, headers } = await read(path, { 'accept-encoding': 'gzip, br' });
    expect([status, headers.get('content-encoding'), headers.get('vary')]).toEqual([
      200,
      'br',
      'Accept-Encoding',
    ]);
    expect(headers.get('content-type')).toMatch(/javascript|css/);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    bytes += Number(headers.get('content-length'));
  }
  expect(bytes).toBeLessThan(250_000);
  const plain = await read(assets[0] ?? '', { 'accept-encoding': 'identity' });
  expect([plain.status, plain.headers.get('content-encoding')]).toEqual([200, null]);
});
