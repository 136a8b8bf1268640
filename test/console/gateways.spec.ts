import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserTimeoutMs } from '../browser/open-chromium.js';
import { accessibilityFaults, startConsole, type ConsoleUnderTest } from './open-console.js';

describe('the gateways page', { timeout: browserTimeoutMs }, () => {
  let console: ConsoleUnderTest;
  beforeAll(async () => {
    console = await startConsole();
  }, browserTimeoutMs);
  afterAll(() => console.close());

  test('it shows when every gateway has applied a change', async () => {
    const { page, errors } = await console.open('/gateways');
    await console.sluice.rest.call('POST', '/tenants', { slug: 'applied' }, { Prefer: 'wait=15' });
    const { items } = (await console.sluice.rest.call('GET', '/gateways')) as unknown as {
      items: { id: string; appliedRevision: number }[];
    };
    const revision = items[0]?.appliedRevision ?? 0;
    await page.getByText(`Every gateway has applied revision ${revision}`).waitFor();
    expect(items).toHaveLength(2);
    for (const { id } of items) {
      const row = page.getByRole('row').filter({ hasText: id });
      expect(await row.innerText()).toMatch(/Ready[^]*newest/);
    }
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('a drain is confirmed, shows its progress, and is taken back', async () => {
    const { page } = await console.open('/gateways');
    const drains = page.getByRole('button', { name: /^Drain gtw_/ });
    const ready = page.getByText('Ready', { exact: true });
    await expect.poll(() => ready.count()).toBe(2);
    await drains.first().click();
    const dialog = page.getByRole('dialog', { name: 'Drain this gateway?' });
    await dialog.getByLabel('Period in seconds').fill('soon');
    await dialog.getByText('Enter whole seconds, at most 86400.').waitFor();
    await dialog.getByLabel('Period in seconds').fill('600');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Drain', exact: true }).click();
    await page.getByText('Draining', { exact: true }).waitFor();
    // The other gateway still serves.
    expect(await ready.count()).toBe(1);
    await page.getByRole('progressbar', { name: 'Progress of the drain' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: /^Take back the drain/ }).click();
    await page.getByRole('button', { name: 'Accept connections' }).click();
    await expect.poll(() => ready.count()).toBe(2);
  });

  test('a dialog is left with Escape, and nothing happens', async () => {
    const { page } = await console.open('/gateways');
    await page
      .getByRole('button', { name: /^Drain gtw_/ })
      .first()
      .press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.getByText('Ready', { exact: true }).count()).toBe(2);
  });

  test('a viewer sees the gateways, and no drain', async () => {
    const viewer = await console.sluice.rest.call('POST', '/operators', { name: 'Vera', role: 'viewer' });
    const { token } = viewer as unknown as { token: string };
    const { page } = await console.open('/gateways', { token });
    await expect.poll(() => page.getByText('Ready', { exact: true }).count()).toBe(2);
    expect(await page.getByRole('button', { name: /Drain/ }).count()).toBe(0);
  });

  test('the menu of a tenant has no gateways, and their page says why it shows none', async () => {
    const { key } = await console.sluice.rest.call('POST', '/tenants/demo/api-keys', {
      name: 'manager',
      scopes: ['manage'],
    });
    const { page } = await console.open('/gateways', { token: key });
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('link', { name: 'Gateways' }).count()).toBe(0);
    expect(await page.getByText(/gtw_/).count()).toBe(0);
  });
});
