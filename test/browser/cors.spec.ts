import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { GatewayWorld } from '../support/gateway-world.js';
import { HttpUpstream } from '../support/http-upstream.js';
import { browserTimeoutMs, openChromium } from './open-chromium.js';
import { servePage, type ServedPage } from './serve-page.js';

/** What a page learns of an answer. */
interface SeenByPage {
  status: number;
  text: string;
  etag: string | null;
  internal: string | null;
}

describe('a page of another origin than its API', { timeout: browserTimeoutMs }, () => {
  let world: GatewayWorld;
  let upstream: HttpUpstream;
  let page: ServedPage;
  let foreignPage: ServedPage;
  let browser: Browser;
  let url = '';
  let key = '';
  let asked: (string | undefined)[] = [];

  beforeAll(async () => {
    world = await GatewayWorld.start();
    upstream = await HttpUpstream.start();
    page = await servePage('conversation.html');
    foreignPage = await servePage('conversation.html');
    upstream.on('/room', ({ method }, response) => {
      asked.push(method);
      response.writeHead(200, { ETag: '"7"', 'X-Internal': 'yes' }).end('the room');
    });
    const tenant = await world.tenant();
    await world.route(tenant, {
      match: { path: '/room' },
      http: 'proxy',
      upstreams: [{ url: upstream.url }],
      auth: { mode: 'apiKey' },
      allowedOrigins: [page.origin],
      cors: { allowedMethods: ['PUT'], allowedHeaders: ['Authorization'], exposedHeaders: ['ETag'] },
    });
    ({ key } = await world.apiKey(tenant));
    url = `http://127.0.0.1:${world.port}/room`;
    browser = await openChromium();
  });
  beforeEach(() => {
    asked = [];
    world.httpRecords.length = 0;
  });
  afterAll(async () => {
    await browser.close();
    await foreignPage.close();
    await page.close();
    await world.close();
    await upstream.close();
  });

  /** Sends a request with a key from a script of a page; an Error if the browser keeps the answer from it. */
  async function put(from: ServedPage, authorization: string, more = {}): Promise<SeenByPage | string> {
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(from.url);
    const headers = { authorization, ...more };
    const seen = await tab.evaluate(
      async ([target, fields]): Promise<SeenByPage | string> => {
        try {
          const answer = await fetch(target, { method: 'PUT', headers: fields, body: 'a room' });
          return {
            status: answer.status,
            text: await answer.text(),
            etag: answer.headers.get('etag'),
            internal: answer.headers.get('x-internal'),
          };
        } catch (error) {
          return String(error);
        }
      },
      [url, headers] as const,
    );
    await context.close();
    return seen;
  }

  test('sends its key after a preflight, and reads the answer and the exposed header field alone', async () => {
    expect(await put(page, `Bearer ${key}`)).toEqual({
      status: 200,
      text: 'the room',
      etag: '"7"',
      internal: null,
    });
    expect(asked).toEqual(['PUT']);
    const methods = [await world.nextHttpRecord(), await world.nextHttpRecord()].map(({ status }) => status);
    expect(methods).toEqual([204, 200]);
  });

  test('reads why the gateway has refused its key', async () => {
    const seen = await put(page, 'Bearer slc_wrong');
    expect(seen).toMatchObject({ status: 401, etag: null });
    expect(seen).toMatchObject({ text: expect.stringContaining('"code"') as unknown });
    expect(asked).toEqual([]);
  });

  test('gets no answer, and nothing reaches the upstream, if its origin or a header field is not allowed', async () => {
    const nothing = 'TypeError: Failed to fetch';
    expect(await put(foreignPage, `Bearer ${key}`)).toBe(nothing);
    expect(await put(page, `Bearer ${key}`, { 'x-other': 'yes' })).toBe(nothing);
    expect(asked).toEqual([]);
  });
});
