import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserTimeoutMs } from '../browser/open-chromium.js';
import { accessibilityFaults, startConsole, type ConsoleUnderTest } from './open-console.js';

describe('the page of tenants', { timeout: browserTimeoutMs }, () => {
  let console: ConsoleUnderTest;
  beforeAll(async () => {
    console = await startConsole();
  }, browserTimeoutMs);
  afterAll(() => console.close());

  test('a tenant is created, its limits are edited, and it is suspended and resumed', async () => {
    const { rest } = console.sluice;
    const { page } = await console.open('/tenants');
    await page.getByRole('button', { name: 'Create tenant' }).click();
    await page.getByRole('textbox', { name: 'Short name' }).fill('Not A Slug');
    await page.getByRole('dialog').getByRole('button', { name: 'Create tenant' }).click();
    const slug = page.locator('[aria-invalid=true]');
    await slug.fill('acme');
    await page.getByRole('dialog').getByRole('button', { name: 'Create tenant' }).click();
    await page.getByRole('button', { name: 'Edit: acme' }).click();
    await page.getByRole('textbox', { name: 'Connections at once' }).fill('50');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('0 / 50').waitFor();
    const row = page.getByRole('row').filter({ hasText: 'acme' });
    await row.getByRole('button', { name: 'Suspend' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
    await row.getByText('Suspended').waitFor();
    expect(await rest.call('GET', '/tenants/acme')).toMatchObject({
      status: 'suspended',
      limits: { maxConnections: 50 },
    });
    await row.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await row.getByText('Active').waitFor();
  });

  test('markup and right-to-left text in a name are shown as text', async () => {
    const name = '<img src=x onerror=alert(1)> \u0645\u0633\u062a\u0623\u062c\u0631';
    await console.sluice.rest.call('POST', '/tenants', { slug: 'markup', name });
    const { page, errors } = await console.open('/tenants?q=markup');
    await page.getByText(name).waitFor();
    expect(errors).toEqual([]);
  });

  test('a key of a tenant has no page of tenants in its menu', async () => {
    const { rest } = console.sluice;
    await rest.call('POST', '/tenants', { slug: 'other' });
    const reader = { name: 'reader', scopes: ['read'] };
    const { key: token } = await rest.call('POST', '/tenants/other/api-keys', reader);
    const { page } = await console.open('/keys', { token });
    await page.getByRole('link', { name: 'Keys' }).waitFor();
    expect(await page.getByRole('link', { name: 'Tenants' }).count()).toBe(0);
  });

  test('axe finds nothing on the list and in the dialog', async () => {
    const { page, errors } = await console.open('/tenants');
    await page.getByRole('table').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create tenant' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(errors).toEqual([]);
  });
});
