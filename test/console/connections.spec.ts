import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { browserTimeoutMs } from '../browser/open-chromium.js';
import { accessibilityFaults, startConsole, type ConsoleUnderTest } from './open-console.js';

describe('the connections', { timeout: browserTimeoutMs }, () => {
  let console: ConsoleUnderTest;
  const clients: WebSocket[] = [];
  beforeAll(async () => {
    console = await startConsole();
  }, browserTimeoutMs);
  afterEach(() => {
    for (const client of clients.splice(0)) client.terminate();
  });
  afterAll(() => console.close());

  async function connect(path = '/echo', options: ClientOptions = {}): Promise<WebSocket> {
    const client = new WebSocket(`${console.sluice.gatewayUrl}${path}`, options);
    clients.push(client);
    await once(client, 'open');
    return client;
  }

  test('live connections are listed, and are closed after a dry run has counted them', async () => {
    const client = await connect();
    const closed = once(client, 'close');
    await connect();
    const { page } = await console.open('/connections?tenant=demo');
    const rows = page.getByRole('table', { name: 'Live' }).getByRole('row');
    await expect.poll(() => rows.count()).toBe(3);
    await expect.poll(() => rows.nth(1).innerText()).toMatch(/127\.0\.0\.1[^]*demo[^]*echo/);
    await page.getByRole('button', { name: 'Close matching…' }).click();
    await page.getByText('2 live connections match.', { exact: false }).waitFor();
    await page.getByRole('dialog').getByLabel('Reason').fill('for a test');
    await page.getByRole('button', { name: 'Close 2' }).click();
    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1008, 'for a test']);
    await page.getByText('No live connection matches.', { exact: false }).waitFor();
    await page.getByRole('radio', { name: 'Closed' }).click();
    const ended = page.getByRole('table', { name: 'Closed' }).getByRole('row').nth(1);
    expect(await ended.innerText()).toMatch(/1008[^]*Gateway[^]*for a test/);
  });

  test('the selected connections are closed, and no others', async () => {
    const clients = [await connect(), await connect(), await connect()];
    const codes: number[] = [];
    for (const client of clients) client.once('close', (code) => codes.push(code));
    const { page, errors } = await console.open('/connections?tenant=demo');
    const boxes = page.getByRole('table', { name: 'Live' }).getByRole('checkbox');
    await expect.poll(() => boxes.count()).toBe(3);
    await boxes.nth(0).click({ force: true });
    await boxes.nth(2).click({ force: true });
    await page.getByRole('button', { name: 'Close 2 selected…' }).click();
    await page.getByText('2 live connections match.', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Close 2', exact: true }).click();
    await expect.poll(() => codes).toEqual([1008, 1008]);
    await expect.poll(() => boxes.count()).toBe(1);
    expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('connections are grouped, and those of one group are listed or closed', async () => {
    const { rest, echoUrl } = console.sluice;
    const route = { name: 'other-echo', match: { path: '/other-echo' }, auth: { mode: 'none' } };
    await rest.call(
      'POST',
      '/tenants/demo/routes',
      { ...route, upstreams: [{ url: echoUrl }] },
      { Prefer: 'wait=15' },
    );
    await connect();
    const closed = once(await connect('/other-echo'), 'close');
    const { page, errors } = await console.open('/connections?view=groups&by=route');
    const groups = page.getByRole('table', { name: 'Grouped' });
    await expect.poll(() => groups.getByRole('row').count()).toBe(3);
    const row = groups.getByRole('row', { name: /other-echo/ });
    expect(await row.innerText()).toMatch(/other-echo\s+1/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await row.getByRole('button', { name: /Close the connections of/ }).click();
    await page.getByRole('button', { name: 'Close 1', exact: true }).click();
    expect((await closed)[0]).toBe(1008);
    await page.getByRole('button', { name: /Group by/ }).click();
    await page.getByRole('option', { name: 'Client' }).click();
    await groups.getByRole('link', { name: '127.0.0.1' }).click();
    const live = page.getByRole('table', { name: 'Live' });
    await expect.poll(() => live.getByRole('row').count()).toBe(2);
    await page.waitForURL(/clientIp=127.0.0.1/);
    expect(await page.getByRole('search').getByLabel('Client').inputValue()).toBe('127.0.0.1');
    expect(errors).toEqual([]);
  });

  test('the tap of one connection shows its frames, and pauses', async () => {
    const client = await connect();
    const { page, errors } = await console.open('/connections');
    await page.getByRole('link', { name: '127.0.0.1' }).first().click();
    await page.getByRole('button', { name: 'Start the tap' }).click();
    await page.getByText('Waiting for frames…').waitFor();
    client.send('<img src=x onerror=alert(1)>');
    const frames = page.getByRole('listbox', { name: 'Frames' }).getByRole('option');
    await expect.poll(() => frames.count()).toBe(2);
    expect(await frames.nth(0).innerText()).toMatch(/From the client[^]*<img src=x onerror/);
    await page.getByRole('button', { name: 'Pause' }).click();
    client.send('while paused');
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => frames.count()).toBe(4);
    await page.getByPlaceholder('Words in opcode').fill('upstream paused');
    await expect.poll(() => frames.count()).toBe(1);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(errors).toEqual([]);
    client.terminate();
    await page.getByText('This connection has ended').waitFor();
  });

  test('a tap of frames that come too fast keeps a bounded list, counts the others, and stays usable', async () => {
    // Without compression: once a frame was left out, a tap cannot read the compressed ones that follow.
    const client = await connect('/echo', { perMessageDeflate: false });
    const { page, errors } = await console.open('/connections');
    await page.getByRole('link', { name: '127.0.0.1' }).first().click();
    await page.getByRole('button', { name: 'Start the tap' }).click();
    await page.getByText('Waiting for frames…').waitFor();
    const messages = 6000;
    const flood = sendAll(client, messages);
    const frames = page.getByRole('listbox', { name: 'Frames' }).getByRole('option');
    await frames.first().waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).click();
    await flood;
    const omitted = page.getByText(/[\d,]+ frames came too fast, or are no longer kept/);
    await omitted.waitFor();
    const shownCount = async (): Promise<number> => Number(await frames.first().getAttribute('aria-setsize'));
    const omittedCount = async (): Promise<number> =>
      Number((await omitted.innerText()).replaceAll(/[^\d]/g, ''));
    // Each message passes twice: from the client, and as its echo.
    await expect
      .poll(async () => (await shownCount()) + (await omittedCount()))
      .toBeGreaterThanOrEqual(2 * messages);
    expect(await shownCount()).toBeLessThanOrEqual(5000);
    await page.getByPlaceholder('Words in opcode').fill('after the flood');
    await expect
      .poll(() => {
        client.send('after the flood');
        return frames.count();
      })
      .toBeGreaterThan(0);
    expect(await frames.first().innerText()).toContain('after the flood');
    // On a busy machine the gateway answers a refresh of the page too late during the flood.
    expect(errors.filter((error) => !error.includes('503'))).toEqual([]);
  });

  test('a tenant sees its own connections only, and a reader can neither close nor tap', async () => {
    const { rest } = console.sluice;
    await connect();
    await rest.call('POST', '/tenants', { slug: 'other' });
    const foreign = await rest.call('POST', '/tenants/other/api-keys', { name: 'm', scopes: ['manage'] });
    const { page } = await console.open('/connections', { token: foreign.key });
    await page.getByText('No live connection matches.', { exact: false }).waitFor();
    expect(await page.getByLabel('Tenant').count()).toBe(0);
    const own = await rest.call('POST', '/tenants/demo/api-keys', { name: 'r', scopes: ['read'] });
    const reader = await console.open('/connections', { token: own.key });
    await reader.page.getByRole('link', { name: '127.0.0.1' }).first().click();
    await reader.page.getByText('A tap shows payloads, so it needs a credential', { exact: false }).waitFor();
    expect(await reader.page.getByRole('button', { name: /Close/ }).count()).toBe(0);
  });

  test('a wrong filter is explained, and axe finds nothing', async () => {
    await connect();
    const { page } = await console.open('/connections?clientIp=nonsense');
    expect(await page.getByRole('alert').innerText()).toContain('clientIp');
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});

/** Sends as fast as the connection takes it; resolves once every message has come back. */
async function sendAll(client: WebSocket, count: number): Promise<void> {
  let echoes = 0;
  const returned = new Promise<void>((resolve) => {
    client.on('message', () => {
      echoes += 1;
      if (echoes === count) resolve();
    });
  });
  for (let sent = 0; sent < count; sent += 1) client.send(`message ${sent}`);
  await returned;
}
