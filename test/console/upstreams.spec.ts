import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { browserTimeoutMs } from '../browser/open-chromium.js';
import { accessibilityFaults, startConsole, type ConsoleUnderTest } from './open-console.js';

describe('the upstreams page', { timeout: browserTimeoutMs }, () => {
  let console: ConsoleUnderTest;
  const clients: WebSocket[] = [];
  beforeAll(async () => {
    console = await startConsole();
    const { rest, echoUrl, gatewayUrl } = console.sluice;
    const upstreams = [{ url: echoUrl }, { url: `${echoUrl}/second`, weight: 1, state: 'drain' }];
    const route = { name: 'balanced', match: { path: '/balanced' }, upstreams, auth: { mode: 'none' } };
    const { id } = await rest.call('POST', '/tenants/demo/routes', route, { Prefer: 'wait=15' });
    for (let opened = 0; opened < 4; opened += 1) {
      const client = new WebSocket(`${gatewayUrl}/balanced`);
      clients.push(client);
      await once(client, 'open');
    }
    // Now all connections are at the first upstream.
    const active = upstreams.map(({ url }) => ({ url }));
    await rest.call('PATCH', `/tenants/demo/routes/${id}`, { upstreams: active }, { Prefer: 'wait=15' });
  }, browserTimeoutMs);
  afterAll(async () => {
    for (const client of clients) client.terminate();
    await console.close();
  });

  test('each upstream is shown with its health, weight and connections', async () => {
    const { page, errors } = await console.open('/upstreams?q=balanced');
    const rows = page.getByRole('row').filter({ hasText: console.sluice.echoUrl });
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.nth(0).innerText()).toMatch(/active[^]*(healthy|unknown)[^]*1\s+4\s+0/);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('the weight and the state of one upstream are changed, and the others stay', async () => {
    const { rest } = console.sluice;
    const { page, errors } = await console.open('/upstreams?q=balanced');
    await page.getByRole('button', { name: /^Edit .*second/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Weight').fill('7');
    await dialog.getByRole('radio', { name: 'drain' }).click();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save' }).click();
    const row = page.getByRole('row').filter({ hasText: '/second' });
    await expect.poll(() => row.innerText()).toMatch(/drain[^]*7\s+0\s+0/);
    const route = await rest.call('GET', '/tenants/demo/routes/balanced');
    expect(route).toMatchObject({
      upstreams: [
        { weight: 1, state: 'active' },
        { weight: 7, state: 'drain' },
      ],
    });
    const active = {
      upstreams: [{ url: console.sluice.echoUrl }, { url: `${console.sluice.echoUrl}/second` }],
    };
    await rest.call('PATCH', '/tenants/demo/routes/balanced', active, { Prefer: 'wait=15' });
    expect(errors).toEqual([]);
  });

  test('a rebalance shows what it would close, and closes it', async () => {
    const { page } = await console.open('/upstreams?q=balanced');
    await page.getByRole('button', { name: 'Rebalance balanced' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rebalance this route?' });
    await dialog.getByRole('row').filter({ hasText: '/second' }).waitFor();
    const closed = Promise.race(clients.map((client) => once(client, 'close')));
    await dialog.getByRole('button', { name: 'Close 2 connections' }).click();
    const [code] = (await closed) as [number];
    expect(code).toBe(1012);
  });

  test('a tenant sees its own upstreams only, and a reader cannot rebalance', async () => {
    const { rest } = console.sluice;
    await rest.call('POST', '/tenants', { slug: 'other' });
    const { key: foreign } = await rest.call('POST', '/tenants/other/api-keys', {
      name: 'k',
      scopes: ['read'],
    });
    const other = await console.open('/upstreams', { token: foreign });
    await other.page.getByText('No route matches these filters.').waitFor();
    const { key } = await rest.call('POST', '/tenants/demo/api-keys', { name: 'k', scopes: ['read'] });
    const { page } = await console.open('/upstreams', { token: key });
    await page.getByText('/balanced').waitFor();
    expect(await page.getByRole('button', { name: /Rebalance/ }).count()).toBe(0);
  });
});
