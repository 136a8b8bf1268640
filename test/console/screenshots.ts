import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { WebSocket } from 'ws';
import { startConsole, type ConsoleUnderTest, type OpenOptions } from './open-console.js';

// The pictures of the documents, in one look.
const documented = join('docs', 'images');
const documentedViews: Readonly<Record<string, string>> = {
  overview: 'dark',
  test: 'light',
  connection: 'light',
};

const folder = process.env['SLUICE_SCREENSHOTS'] ?? join('dist', 'screenshots');

const looks: Readonly<Record<string, OpenOptions>> = {
  light: { colorScheme: 'light', viewport: { width: 1360, height: 860 } },
  dark: { colorScheme: 'dark', viewport: { width: 1360, height: 860 } },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
  chinese: { colorScheme: 'light', locale: 'zh-CN', viewport: { width: 1360, height: 860 } },
};

interface View {
  name: string;
  path: string;
  token?: null;
  /** Brings the page into the state that the picture shows. */
  prepare?: (page: Page) => Promise<void>;
}

const clients: WebSocket[] = [];
let timer: NodeJS.Timeout | undefined;
let console: ConsoleUnderTest;
let views: readonly View[] = [];
beforeAll(async () => {
  console = await startConsole();
  const { gatewayUrl } = console.sluice;
  views = [
    { name: 'sign-in', path: '', token: null },
    { name: 'overview', path: '/overview?window=1m' },
    { name: 'test-idle', path: '/test' },
    { name: 'test', path: `/test?url=${gatewayUrl}/echo`, prepare: echo },
    { name: 'test-api', path: `/test?url=${gatewayUrl}/nothing&from=api`, prepare: refuse },
    { name: 'connections', path: '/connections' },
    { name: 'connections-closed', path: '/connections?view=closed' },
    { name: 'connection', path: '/connections', prepare: tap },
    { name: 'routes', path: `/routes?match=${gatewayUrl}/echo`, prepare: submit },
    { name: 'route-new', path: '/routes/new' },
    { name: 'route-refused', path: '/routes/new?tenant=demo', prepare: submit },
    { name: 'keys', path: '/keys?state=all' },
    { name: 'key-new', path: '/keys', prepare: openDialog },
    { name: 'tenants', path: '/tenants' },
    { name: 'tenant-edit', path: '/tenants', prepare: editFirst },
    { name: 'test-refused', path: `/test?url=${gatewayUrl}/nothing`, prepare: refuse },
    { name: 'explain', path: `/explain?url=${gatewayUrl}/echo` },
    { name: 'explain-refused', path: `/explain?url=${gatewayUrl}/nothing` },
    { name: 'upstreams', path: '/upstreams' },
    { name: 'gateways', path: '/gateways' },
    { name: 'configuration', path: '/configuration' },
    { name: 'configuration-import', path: '/configuration?view=import' },
    { name: 'configuration-nginx', path: '/configuration?view=nginx' },
    { name: 'audit', path: '/audit', prepare: openFirst },
  ];
  await createResources(console);
  await openClients(`${gatewayUrl}/echo`);
  await mkdir(folder, { recursive: true });
});
afterAll(async () => {
  clearInterval(timer);
  for (const client of clients) client.terminate();
  await console.close();
});

test.each(Object.entries(looks))('%s', async (look, options) => {
  for (const { name, path, token, prepare } of views) {
    const { page } = await console.open(path, { ...options, ...(token === null && { token }) });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await prepare?.(page);
    await page.waitForLoadState('networkidle');
    await page
      .getByText(/^(Loading|正在加载)…$/)
      .first()
      .waitFor({ state: 'hidden' });
    const picture = await page.screenshot({ path: join(folder, `${name}-${look}.png`) });
    if (documentedViews[name] === look) await writeFile(join(documented, `console-${name}.png`), picture);
    await page.context().close();
  }
});

/** Eighteen live connections, one of which sends all the time, and six that have ended. */
async function openClients(url: string): Promise<void> {
  const open = async (): Promise<WebSocket> => {
    // Uncompressed, so that the picture of a tap shows what was sent.
    const client = new WebSocket(url, { perMessageDeflate: false });
    clients.push(client);
    await once(client, 'open');
    for (let message = 0; message < clients.length; message += 1) client.send(`message ${message}`);
    return client;
  };
  for (let count = 0; count < 18; count += 1) await open();
  const talker = await open();
  timer = setInterval(() => talker.send(JSON.stringify({ price: Math.random() })), 100);
  for (const code of [1000, 1000, 1001, 4000, 4001, 3000]) (await open()).close(code);
}

async function tap(page: Page): Promise<void> {
  await page.getByRole('row').nth(1).getByRole('link').click();
  await page.locator('section button').last().click();
  await page.getByRole('option').nth(3).click();
}

async function echo(page: Page): Promise<void> {
  await page.locator('button[type=submit]').click();
  const text = page.locator('textarea');
  const send = page.locator('button[data-rac]').filter({ hasText: /^(Send|发送)$/ });
  await page.locator('main [data-state=open]').waitFor();
  for (const message of [
    'hello',
    'a second message',
    '{"type":"subscribe","channel":"trades","symbols":["BTC","ETH"]}',
  ]) {
    await text.fill(message);
    await send.click();
  }
  await page.getByRole('option').nth(5).click();
}

async function refuse(page: Page): Promise<void> {
  await page.locator('button[type=submit]').click();
  await page.getByRole('alert').waitFor();
}

async function openFirst(page: Page): Promise<void> {
  await page.locator('summary').first().click();
}

async function createResources({ sluice: { rest, echoUrl } }: ConsoleUnderTest): Promise<void> {
  await rest.call('POST', '/tenants', { slug: 'acme', name: 'Acme', limits: { maxConnections: 200 } });
  await rest.call('POST', '/tenants', { slug: 'globex', name: 'Globex', status: 'suspended' });
  for (const name of ['chat', 'trades', 'alerts', 'rooms']) {
    const match = { host: `${name}.acme.example`, path: `/${name}` };
    const labels = { env: 'prod', team: name };
    await rest.call('POST', '/tenants/acme/routes', { name, labels, match, upstreams: [{ url: echoUrl }] });
    await rest.call('POST', '/tenants/acme/api-keys', { name, expiresAt: '2030-01-31T00:00:00Z' });
  }
  await rest.call('PATCH', '/tenants/acme/routes/alerts', { enabled: false });
  await rest.call('PATCH', '/tenants/acme/routes/rooms', { maintenance: {} });
  await rest.call('POST', '/tenants/acme/api-keys/trades/rotate', { graceSeconds: 3600 });
  await rest.call('DELETE', '/tenants/acme/api-keys/alerts');
}

async function submit(page: Page): Promise<void> {
  await page.locator('form button[type=submit]').first().click();
  // The banner of an API that is away is an empty status.
  await page.locator('main [role=status], main [role=alert]').filter({ visible: true }).first().waitFor();
}

async function openDialog(page: Page): Promise<void> {
  await page.locator('main header button').click();
  await page.getByRole('dialog').waitFor();
}

async function editFirst(page: Page): Promise<void> {
  await page.getByRole('row').nth(1).getByRole('button').first().click();
  await page.getByRole('dialog').waitFor();
}
