import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { browserTimeoutMs, openChromium } from '../browser/open-chromium.js';
import { startSluice } from '../support/start-sluice.js';
import { buildConsole, startConsole, type ConsoleUnderTest } from './open-console.js';

describe('the events of the API in the console', { timeout: browserTimeoutMs }, () => {
  let console: ConsoleUnderTest;
  beforeAll(async () => {
    console = await startConsole();
  }, browserTimeoutMs);
  afterAll(() => console.close());

  test('the change of another user appears in a list that is not read again periodically', async () => {
    const { page, errors } = await console.open('/routes');
    await page.getByRole('table', { name: 'Routes' }).getByText('echo').first().waitFor();
    const { rest, echoUrl } = console.sluice;
    const route = { name: 'made-elsewhere', match: { path: '/made' }, upstreams: [{ url: echoUrl }] };
    await rest.call('POST', '/tenants/demo/routes', route);
    await page.getByText('made-elsewhere').first().waitFor();
    expect(errors).toEqual([]);
  });

  test('a connection that ends appears in the closed ones', async () => {
    const client = new WebSocket(`${console.sluice.gatewayUrl}/echo`);
    await once(client, 'open');
    const { page } = await console.open('/connections?view=closed');
    await page.getByText('No closed connection matches.', { exact: false }).waitFor();
    client.close(4321);
    await page.getByRole('table', { name: 'Closed' }).getByText('4321').waitFor();
  });
});

test(
  'an API that goes away and comes back is shown, and the page continues without a reload',
  { timeout: 2 * browserTimeoutMs },
  async () => {
    buildConsole();
    const first = await startSluice();
    const browser = await openChromium();
    onTestFinished(() => browser.close());
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    page.setDefaultTimeout(browserTimeoutMs);
    await page.goto(`${first.apiUrl}/console/routes`);
    await page.getByLabel('Token or API key').fill(first.adminToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('table', { name: 'Routes' }).getByText('echo').first().waitFor();
    // Gone after a reload.
    await page.evaluate(() => Reflect.set(globalThis, 'isFirstPage', true));
    await first.stop();
    const banner = page.getByText('The API cannot be reached.', { exact: false });
    await banner.waitFor();
    const listen = { SLUICE_API_LISTEN: new URL(first.apiUrl).host };
    const second = await startSluice(first.dataDir, listen);
    onTestFinished(() => second.close());
    await banner.waitFor({ state: 'detached' });
    const route = { name: 'made-later', match: { path: '/later' }, upstreams: [{ url: second.echoUrl }] };
    await second.rest.call('POST', '/tenants/demo/routes', route);
    await page.getByText('made-later').first().waitFor();
    expect(await page.evaluate(() => Reflect.get(globalThis, 'isFirstPage') as unknown)).toBe(true);
  },
);
