import { once } from 'node:events';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { browserTimeoutMs } from '../browser/open-chromium.js';
import { startConsole, type ConsoleUnderTest } from './open-console.js';

describe('the first minutes of a newcomer', { timeout: browserTimeoutMs }, () => {
  let console: ConsoleUnderTest;
  const ownServer = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  let ownUrl = '';
  beforeAll(async () => {
    ownServer.on('connection', (socket) =>
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
    );
    if (ownServer.address() === null) await once(ownServer, 'listening');
    const address = ownServer.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
    ownUrl = `ws://127.0.0.1:${address.port}`;
    console = await startConsole();
  }, browserTimeoutMs);
  afterAll(async () => {
    for (const client of ownServer.clients) client.terminate();
    ownServer.close();
    await console.close();
  });

  test('lead from the sign-in over an echo, a route and a key to a connection that closes with 1008', async () => {
    const { page, errors } = await console.open('', { token: null });
    await page.getByLabel('Token or API key').fill(console.sluice.adminToken);
    await page.getByRole('button', { name: 'Sign in' }).click();

    // The overview has nothing to show yet, and leads to the test page; the URL of the demo is filled in.
    await page.getByRole('link', { name: 'Open a WebSocket on the test page' }).click();
    await echo(page, 'hello, sluice');
    await page.getByRole('button', { name: 'Close', exact: true }).click();

    await page.getByRole('link', { name: 'To test your own server, create a route.' }).click();
    await page.getByRole('button', { name: 'Create route' }).click();
    // The list that is shown until then has a field of this name, too.
    await page.getByRole('heading', { level: 1, name: 'Create route' }).waitFor();
    // The only tenant is chosen.
    await expect.poll(() => page.getByRole('combobox', { name: 'Tenant' }).inputValue()).toBe('demo');
    await page.getByRole('textbox', { name: 'Name' }).fill('mine');
    await page.getByRole('textbox', { name: 'Path' }).fill('/mine');
    await page.getByRole('textbox', { name: 'URL' }).fill(ownUrl);
    await page.getByRole('button', { name: 'Create route' }).click();
    await page.getByRole('heading', { level: 1, name: 'mine' }).waitFor();

    await page.getByRole('button', { name: 'Test this route' }).click();
    await page.getByRole('link', { name: 'Create one' }).click();
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('laptop');
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('button', { name: 'Test with this key' }).click();

    await echo(page, 'through my own route');
    expect(ownServer.clients.size).toBe(1);
    expect(page.url()).not.toContain('slc_');

    await page.getByRole('link', { name: 'Keys', exact: true }).click();
    await page.getByRole('button', { name: 'Revoke: laptop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /^Test/ }).click();
    await page.getByText('1008').waitFor();
    await page.getByText('key revoked').waitFor();
    // What was sent and received is still there.
    expect(await page.getByRole('option', { name: /through my own route/ }).count()).toBe(2);
    // The first answer of /v1/session was 401.
    expect(errors.filter((error) => !error.includes('401'))).toEqual([]);
  });
});

async function echo(page: Page, message: string): Promise<void> {
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.locator('main').getByText('Connected', { exact: true }).waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill(message);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const messages = page.getByRole('listbox', { name: 'Messages' }).getByRole('option');
  await expect.poll(() => messages.count()).toBe(2);
  expect(await messages.nth(0).innerText()).toContain('sent');
  expect(await messages.nth(1).innerText()).toMatch(new RegExp(`received[^]*${message}`));
}
