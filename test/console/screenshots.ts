import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { startConsole, type ConsoleUnderTest, type OpenOptions } from './open-console.js';

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

let console: ConsoleUnderTest;
let views: readonly View[] = [];
beforeAll(async () => {
  console = await startConsole();
  const { gatewayUrl } = console.sluice;
  views = [
    { name: 'sign-in', path: '', token: null },
    { name: 'test-idle', path: '/test' },
    { name: 'test', path: `/test?url=${gatewayUrl}/echo`, prepare: echo },
    { name: 'test-refused', path: `/test?url=${gatewayUrl}/nothing`, prepare: refuse },
  ];
  await mkdir(folder, { recursive: true });
});
afterAll(() => console.close());

test.each(Object.entries(looks))('%s', async (look, options) => {
  for (const { name, path, token, prepare } of views) {
    const { page } = await console.open(path, { ...options, ...(token === null && { token }) });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await prepare?.(page);
    await page.screenshot({ path: join(folder, `${name}-${look}.png`) });
    await page.context().close();
  }
});

async function echo(page: Page): Promise<void> {
  await page.locator('button[type=submit]').click();
  const text = page.locator('textarea');
  const send = page.locator('button[data-rac]').filter({ hasText: /^(Send|发送)$/ });
  await page.locator('[data-state=open]').waitFor();
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
