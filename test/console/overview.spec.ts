import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { browserTimeoutMs } from '../browser/open-chromium.js';
import { accessibilityFaults, startConsole, type ConsoleUnderTest } from './open-console.js';

describe('the overview', { timeout: browserTimeoutMs }, () => {
  let console: ConsoleUnderTest;
  const clients: WebSocket[] = [];
  beforeAll(async () => {
    console = await startConsole();
  }, browserTimeoutMs);
  afterAll(async () => {
    for (const client of clients) client.terminate();
    await console.close();
  });

  async function echo(): Promise<void> {
    const client = new WebSocket(`${console.sluice.gatewayUrl}/echo`);
    clients.push(client);
    await once(client, 'open');
    client.send('hello');
    await once(client, 'message');
  }

  async function refuse(): Promise<void> {
    const client = new WebSocket(`${console.sluice.gatewayUrl}/nothing`);
    await once(client, 'error');
  }

  test('the first page after signing in is the overview, which leads to the test page while nothing happens', async () => {
    const { page, errors } = await console.open('', { token: null });
    await page.getByLabel('Token or API key').fill(console.sluice.adminToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.getByRole('link', { name: 'Open a WebSocket on the test page' }).click();
    await page.getByRole('heading', { level: 1, name: 'Test' }).waitFor();
    expect(errors.filter((error) => !error.includes('401'))).toEqual([]);
  });

  test('it plots connections, handshakes, messages and bytes, and lists refusals and tenants', async () => {
    await echo();
    await echo();
    await refuse();
    const { page, errors } = await console.open('/overview?window=1m');
    const plot = (name: string) => page.getByRole('region', { name }).getByRole('img');
    await expect.poll(() => plot('Connections').getAttribute('aria-label')).toContain('Live 2');
    expect(await page.getByRole('region', { name: 'Handshakes' }).innerText()).toMatch(/2 joined, 1 refused/);
    expect(await page.getByRole('region', { name: 'Messages' }).innerText()).toMatch(/4 in this window/);
    const refusals = page.getByRole('region', { name: 'Refused requests' });
    expect(await refusals.getByRole('row').nth(1).innerText()).toMatch(/no_route\s+1/);
    const tenants = page.getByRole('region', { name: 'Busiest tenants' });
    await expect.poll(() => tenants.getByRole('row').nth(1).innerText()).toMatch(/demo\s+4/);
    const groups = page.getByRole('region', { name: 'Live connections' });
    await expect.poll(() => groups.getByRole('row').nth(1).innerText()).toMatch(/echo\s+2/);
    await page.getByRole('radio', { name: '1 hour' }).click();
    await page.waitForURL(/window=1h/);
    expect(await page.locator('.uplot canvas').count()).toBe(4);
    expect(await accessibilityFaults(page)).toEqual([]);
    await groups.getByRole('link').first().click();
    await page.getByRole('heading', { level: 1, name: 'Connections' }).waitFor();
    expect(errors).toEqual([]);
  });

  test('a tenant sees its own figures, without other tenants and requests without a tenant', async () => {
    const { rest } = console.sluice;
    await rest.call('POST', '/tenants', { slug: 'other' });
    const foreign = await rest.call('POST', '/tenants/other/api-keys', { name: 'r', scopes: ['read'] });
    const own = await rest.call('POST', '/tenants/demo/api-keys', { name: 'r', scopes: ['read'] });
    await echo();
    await refuse();
    const { page } = await console.open('/overview?window=1m', { token: own.key });
    const connections = page.getByRole('region', { name: 'Connections', exact: true });
    await expect.poll(() => connections.innerText()).toMatch(/[1-9] now/);
    await page.getByText('No request was refused in this window.').waitFor();
    expect(await page.getByText('Busiest tenants').count()).toBe(0);
    const other = await console.open('/overview?window=1m', { token: foreign.key });
    await other.page.getByText('Nothing has happened in this window.').waitFor();
    expect(await other.page.getByText('demo').count()).toBe(0);
  });
});
