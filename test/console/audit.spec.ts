import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserTimeoutMs } from '../browser/open-chromium.js';
import { accessibilityFaults, startConsole, type ConsoleUnderTest } from './open-console.js';

const markup = '<img src=x onerror=alert(1)>\u202ebidi';

describe('the audit page', { timeout: browserTimeoutMs }, () => {
  let console: ConsoleUnderTest;
  beforeAll(async () => {
    console = await startConsole();
    const { rest } = console.sluice;
    await rest.call('POST', '/tenants', { slug: 'acme', name: markup });
    await rest.call('PATCH', '/tenants/acme', { limits: { maxConnections: 7 } });
    await rest.call('POST', '/tenants', { slug: 'secretive' });
  }, browserTimeoutMs);
  afterAll(() => console.close());

  test('an entry opens with the keyboard, and shows the old and the new value of its fields', async () => {
    const { page, errors } = await console.open('/audit?action=tenant.update');
    const entry = page.getByRole('listitem').filter({ hasText: 'limits.maxConnections' });
    await entry.locator('summary').focus();
    await page.keyboard.press('Enter');
    const row = entry.getByRole('row').filter({ hasText: 'limits.maxConnections' });
    expect(await row.innerText()).toMatch(/1000\s+7/);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('the filters are in the URL, and markup is text', async () => {
    const { page } = await console.open('/audit');
    await page.getByLabel('Action').fill('tenant.create');
    await page.getByLabel('Tenant').fill('acme');
    await expect.poll(() => page.getByText('secretive').count()).toBe(0);
    expect(page.url()).toContain('action=tenant.create');
    await page.locator('summary').click();
    await page.getByText(markup).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
  });

  test('a filter that the API refuses says why', async () => {
    const { page } = await console.open('/audit?action=nonsense');
    await page.getByRole('alert').filter({ hasText: 'expected an action like route.update' }).waitFor();
  });

  test('a tenant sees only the entries of its own resources', async () => {
    const { key } = await console.sluice.rest.call('POST', '/tenants/acme/api-keys', {
      name: 'reader',
      scopes: ['read'],
    });
    const { page } = await console.open('/audit', { token: key });
    await page.getByText('tenant.update').waitFor();
    expect(await page.getByText('secretive').count()).toBe(0);
    expect(await page.getByLabel('Tenant').count()).toBe(0);
  });
});
