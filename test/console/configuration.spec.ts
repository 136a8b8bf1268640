import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserTimeoutMs } from '../browser/open-chromium.js';
import { accessibilityFaults, startConsole, type ConsoleUnderTest } from './open-console.js';

const markup = '<img src=x onerror=alert(1)>';

describe('the configuration page', { timeout: browserTimeoutMs }, () => {
  let console: ConsoleUnderTest;
  beforeAll(async () => {
    console = await startConsole();
    await console.sluice.rest.call('POST', '/tenants', { slug: 'acme', name: markup });
  }, browserTimeoutMs);
  afterAll(() => console.close());

  test('the document of a tenant is shown, and downloaded', async () => {
    const { page, errors } = await console.open('/configuration?tenant=acme');
    await page.getByLabel('Document').getByText(markup).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toBe('acme.json');
    expect(errors).toEqual([]);
  });

  test('an operator that is limited to a tenant has the document of that tenant', async () => {
    const { rest } = console.sluice;
    const tenant = await rest.call('POST', '/tenants', { slug: 'limited' });
    const operator = { name: 'Lin', role: 'admin', tenantIds: [tenant.id] };
    const { token } = await rest.call('POST', '/operators', operator);
    const { page, errors } = await console.open('/configuration', { token });
    expect(await page.getByRole('link', { name: 'Download' }).count()).toBe(0);
    await page.getByLabel('Tenant').fill('limited');
    await page.getByLabel('Document').getByText('"limited"').waitFor();
    expect(await page.getByText('From nginx').count()).toBe(0);
    await page.getByText('Import', { exact: true }).click();
    expect(await page.getByRole('button', { name: 'Preview' }).isDisabled()).toBe(true);
    await page.getByLabel('Tenant').fill('limited');
    const document = { version: 1, tenants: [{ slug: 'limited', hosts: [], name: 'Limited' }] };
    await page.getByLabel('Document').fill(JSON.stringify(document));
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('row').filter({ hasText: 'Limited' }).waitFor();
    expect(errors).toEqual([]);
  });

  test('the history shows what each revision has changed', async () => {
    const { rest } = console.sluice;
    await rest.call('POST', '/tenants', { slug: 'history' });
    await rest.call('PATCH', '/tenants/history', { limits: { maxConnections: 7 } });
    const { page, errors } = await console.open('/configuration?view=history');
    const newest = page.getByRole('region', { name: /^Revision/ }).first();
    await newest.getByText('tenant.update').click();
    const change = newest.getByRole('row').filter({ hasText: 'limits.maxConnections' });
    expect(await change.innerText()).toMatch(/1000\s+7/);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('an import shows what changes, and applies it once it is confirmed', async () => {
    const { page, errors } = await console.open('/configuration?view=import');
    await page.getByLabel('Tenant').fill('acme');
    const document = { version: 1, tenants: [{ slug: 'acme', name: 'Acme', limits: { maxConnections: 5 } }] };
    await page.getByLabel('Document').fill(JSON.stringify(document));
    await page.getByRole('button', { name: 'Preview' }).click();
    const change = page.getByRole('row').filter({ hasText: 'limits.maxConnections' });
    expect(await change.innerText()).toMatch(/1000\s+5/);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Apply…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await console.sluice.rest.call('GET', '/tenants/acme')).toMatchObject({
      name: 'Acme',
      limits: { maxConnections: 5 },
    });
    expect(errors).toEqual([]);
  });

  test('the deletion of a tenant needs its own confirmation', async () => {
    const { page } = await console.open('/configuration?view=import');
    await page.getByLabel('Document').fill('{"version":1,"tenants":[]}');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('button', { name: 'Apply…' }).click();
    const apply = page.getByRole('dialog').getByRole('button', { name: 'Apply' });
    expect(await apply.isDisabled()).toBe(true);
    await page.getByRole('dialog').getByRole('checkbox').press('Space');
    await expect.poll(() => apply.isDisabled()).toBe(false);
    await page.keyboard.press('Escape');
  });

  test('warnings of an nginx import stand at their lines', async () => {
    const { page } = await console.open('/configuration?view=nginx');
    const lines = [
      'server {',
      '  listen 80;',
      '  location /chat {',
      '    proxy_pass http://10.0.0.5:9000;',
      '    proxy_http_version 1.1;',
      '    proxy_set_header Upgrade $http_upgrade;',
      '    proxy_set_header Connection upgrade;',
      '    if ($http_user_agent ~ bot) { add_header X-Bot 1; }',
      '  }',
      '}',
    ];
    await page.getByLabel('Configuration of nginx').fill(lines.join('\n'));
    await page.getByRole('button', { name: 'Preview' }).click();
    const line = page.getByRole('listitem').filter({ hasText: '$http_user_agent' });
    expect(await line.innerText()).toContain('Not carried over:');
    await page.getByText('*/chat → ').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('a viewer can export, and not import', async () => {
    const viewer = await console.sluice.rest.call('POST', '/operators', { name: 'Vera', role: 'viewer' });
    const { token } = viewer as unknown as { token: string };
    const { page } = await console.open('/configuration?view=import', { token });
    await page.getByRole('link', { name: 'Download' }).waitFor();
    expect(await page.getByRole('radio').filter({ hasText: 'Import' }).count()).toBe(0);
  });
});
