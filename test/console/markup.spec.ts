import { once } from 'node:events';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { browserTimeoutMs } from '../browser/open-chromium.js';
import { startConsole, type ConsoleUnderTest } from './open-console.js';

// Markup that would leave an element and a variable behind, in text that runs from right to left.
const markup = '<img src=x onerror="globalThis.injected=1"><b data-injected>\u0645\u0633\u0627\u0631</b>';

const views = [
  '/overview?window=1m',
  '/connections?tenant=markup',
  '/connections?view=groups&by=route',
  '/connections?view=groups&by=upstream',
  '/connections?view=closed',
  '/routes?q=markup',
  '/keys',
  '/tenants',
  '/upstreams?tenant=markup',
  '/audit',
  '/configuration',
];

describe('markup in what tenants, clients and upstreams fill in', { timeout: browserTimeoutMs }, () => {
  let console: ConsoleUnderTest;
  let client: WebSocket;
  let key = '';
  beforeAll(async () => {
    console = await startConsole();
    const { rest, echoUrl, gatewayUrl } = console.sluice;
    const labels = { team: markup.slice(0, 60) };
    await rest.call('POST', '/tenants', { slug: 'markup', name: markup, hosts: null });
    const route = {
      ...{ name: markup, match: { path: '/markup' }, auth: { mode: 'apiKey' } },
      ...{ upstreams: [{ url: `${echoUrl}/%3Cimg%20src=x%3E` }], labels },
      responseHeaders: { set: { 'x-note': markup.slice(0, 40) } },
    };
    await rest.call('POST', '/tenants/markup/routes', route);
    ({ key } = await rest.call(
      'POST',
      '/tenants/markup/api-keys',
      { name: markup, labels },
      { Prefer: 'wait=30' },
    ));
    const headers = { authorization: `Bearer ${key}`, origin: 'https://<b data-injected>' };
    const closed = new WebSocket(`${gatewayUrl}/markup`, { headers });
    await once(closed, 'open');
    const ended = once(closed, 'close');
    await rest.call('DELETE', `/connections?tenant=markup&reason=${encodeURIComponent(markup)}`);
    await ended;
    client = new WebSocket(`${gatewayUrl}/markup?${encodeURIComponent(markup)}`, { headers });
    await once(client, 'open');
    client.send(markup);
  }, browserTimeoutMs);
  afterAll(async () => {
    client.terminate();
    await console.close();
  });

  test.each(views)('is shown as text on %s', async (view) => {
    const { page, errors } = await console.open(view);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText('\u0645\u0633\u0627\u0631').or(page.getByText('%3Cimg')).first().waitFor();
    await expectNothingInjected(page);
    expect(errors).toEqual([]);
  });

  test('is shown as text in the answer of an upstream, and refused as a subprotocol', async () => {
    const { gatewayUrl } = console.sluice;
    const search = new URLSearchParams({ url: `${gatewayUrl}/markup`, from: 'api', subprotocols: '<b>' });
    const { page, errors } = await console.open(`/test?${search.toString()}`);
    await page.getByLabel('Header fields').fill(`X-Api-Key: ${key}\nX-Note: ${markup.slice(0, 40)}`);
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByText('Use letters, digits and punctuation').waitFor();
    await page.getByLabel('Subprotocols').fill('');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.locator('main').getByText('Connected', { exact: true }).waitFor();
    await page.getByText('Handshake', { exact: true }).click();
    const answer = page.getByRole('group', { name: 'Answer' });
    expect(await answer.innerText()).toContain(`x-note: ${markup.slice(0, 40)}`);
    await expectNothingInjected(page);
    expect(errors).toEqual([]);
  });
});

async function expectNothingInjected(page: Page): Promise<void> {
  expect(await page.locator('img, [data-injected], [onerror]').count()).toBe(0);
  expect(await page.evaluate(() => Reflect.get(globalThis, 'injected') as unknown)).toBeUndefined();
}
