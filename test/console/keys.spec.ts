import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { browserTimeoutMs } from '../browser/open-chromium.js';
import { accessibilityFaults, startConsole, type ConsoleUnderTest } from './open-console.js';

describe('the page of keys', { timeout: browserTimeoutMs }, () => {
  let console: ConsoleUnderTest;
  beforeAll(async () => {
    console = await startConsole();
    await console.sluice.rest.call('POST', '/tenants', { slug: 'acme' });
  }, browserTimeoutMs);
  afterAll(() => console.close());

  test('a key is created, its secret is shown once, and the key is revoked', async () => {
    const { rest, gatewayUrl, echoUrl } = console.sluice;
    const route = { name: 'chat', match: { path: '/chat' }, upstreams: [{ url: echoUrl }] };
    await rest.call('POST', '/tenants/acme/routes', route, { Prefer: 'wait=15' });
    const { page, errors } = await console.open('/keys?tenant=acme');
    await page.getByText('No key matches').waitFor();
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('web');
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
    const secret = page.getByRole('group', { name: 'API key' });
    const key = await secret.innerText();
    expect(key).toMatch(/^slc_[A-Za-z0-9]{12}_/);
    expect(await page.getByRole('group', { name: 'Browser' }).innerText()).toContain(`sluice.key.${key}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Done' }).click();
    expect(await page.content()).not.toContain(key);

    const socket = new WebSocket(`${gatewayUrl}/chat`, { headers: { 'X-Api-Key': key } });
    await once(socket, 'open');
    const closed = once(socket, 'close');
    await page.getByRole('button', { name: 'Revoke: web' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No key matches').waitFor();
    expect((await closed)[0]).toBe(1008);
    expect(errors).toEqual([]);
  });

  test('a key is rotated with a grace period, and edited', async () => {
    const { key } = await console.sluice.rest.call('POST', '/tenants/acme/api-keys', { name: 'mobile' });
    const { page } = await console.open('/keys?q=mobile');
    await page.getByRole('button', { name: 'Rotate: mobile' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
    const secret = page.getByRole('group', { name: 'API key' });
    expect(await secret.innerText()).not.toBe(key);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('In rotation').waitFor();
    await page.getByRole('button', { name: 'Edit: mobile' }).click();
    await page.getByRole('textbox', { name: 'Connections at once' }).fill('many');
    await page.getByRole('button', { name: 'Save' }).click();
    const field = page.locator('[aria-invalid=true]');
    expect(await field.inputValue()).toBe('many');
    await field.fill('5');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const { items } = await console.sluice.rest.call('GET', '/tenants/acme/api-keys?q=mobile');
    expect(items).toMatchObject([{ maxConnections: 5, scopes: ['connect'] }]);
  });

  test('markup and right-to-left text in a name are shown as text', async () => {
    const name = '<img src=x onerror=alert(1)> \u0645\u0641\u062a\u0627\u062d';
    await console.sluice.rest.call('POST', '/tenants/acme/api-keys', { name });
    const { page, errors } = await console.open('/keys');
    expect(
      await page
        .getByRole('cell', { name: /onerror/ })
        .first()
        .innerText(),
    ).toBe(name);
    expect(errors).toEqual([]);
  });

  test('a key that may only read sees the keys of its tenant, and no buttons that change them', async () => {
    const { rest } = console.sluice;
    await rest.call('POST', '/tenants', { slug: 'other' });
    const { key: token } = await rest.call('POST', '/tenants/other/api-keys', {
      name: 'reader',
      scopes: ['read'],
    });
    const { page } = await console.open('/keys', { token });
    await page.getByRole('cell', { name: 'reader' }).waitFor();
    expect(await page.getByText('mobile').count()).toBe(0);
    expect(await page.getByRole('button', { name: /^(Create key$|Edit:|Revoke:|Rotate:)/ }).count()).toBe(0);
    expect(await page.getByRole('columnheader', { name: 'Tenant' }).count()).toBe(0);
  });

  test.each(['light', 'dark'] as const)('axe finds nothing in %s', async (colorScheme) => {
    const { page, errors } = await console.open('/keys?state=all', { colorScheme });
    await page.getByRole('table').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(errors).toEqual([]);
  });
});
