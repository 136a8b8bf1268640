import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserTimeoutMs } from '../browser/open-chromium.js';
import { accessibilityFaults, startConsole, type ConsoleUnderTest } from './open-console.js';

const markup = '<img src=x onerror=alert(1)>\u202ebidi';

describe('the explain page', { timeout: browserTimeoutMs }, () => {
  let console: ConsoleUnderTest;
  beforeAll(async () => {
    console = await startConsole();
    await console.sluice.rest.call(
      'POST',
      '/tenants/demo/routes',
      {
        name: markup,
        match: { path: '/strict' },
        upstreams: [{ url: console.sluice.echoUrl }],
        allowedOrigins: [],
      },
      { Prefer: 'wait=15' },
    );
  }, browserTimeoutMs);
  afterAll(() => console.close());

  test('a URL that a gateway accepts passes every step, and shows the request for the upstream', async () => {
    const { page, errors } = await console.open('/explain');
    await page.getByLabel('URL', { exact: true }).fill(`${console.sluice.gatewayUrl}/echo?room=7`);
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText('The gateway would accept this request').waitFor();
    expect(await page.getByText('passed', { exact: true }).count()).toBe(16);
    expect(await page.locator('pre').innerText()).toMatch(/^GET \/\S*\?room=7 HTTP\/1\.1/);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('a link shows the step that decided, and what to check', async () => {
    const headers = encodeURIComponent('Origin: https://evil.example');
    const { page, errors } = await console.open(
      `/explain?url=${console.sluice.gatewayUrl}/strict&headers=${headers}`,
    );
    await page.getByText('The gateway would answer 403 origin_forbidden').waitFor();
    const refused = page.getByRole('listitem').filter({ hasText: 'refused here' });
    expect(await refused.innerText()).toContain('The route allows the origin of the page');
    expect(await page.getByText('does not allow pages of https://evil.example').count()).toBe(1);
    // The name of the route is text.
    await page.getByText(markup).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('the URL of the view never has the credential of the question', async () => {
    const { page } = await console.open('/explain');
    const key = 'slc_AbC123dEf456_0000000000000000000000000000000000000000000_000000';
    await page.getByLabel('URL', { exact: true }).fill(`${console.sluice.gatewayUrl}/echo`);
    await page.getByLabel('Header fields').fill(`X-Room: 7\nAuthorization: Bearer ${key}`);
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText('Steps of the request').waitFor();
    await expect.poll(() => page.url()).toContain('X-Room');
    expect(page.url()).not.toContain('slc_');
  });

  test('a mistake is shown at its field', async () => {
    const { page } = await console.open('/explain');
    await page.getByLabel('Header fields').fill('no colon');
    await page.getByText('Write each line as Name: value.').waitFor();
    await page.getByLabel('Header fields').fill('');
    await page.getByLabel('URL', { exact: true }).fill('ftp://nowhere');
    await page.getByRole('button', { name: 'Explain' }).click();
    const url = page.getByLabel('URL', { exact: true });
    await expect.poll(() => url.getAttribute('aria-invalid')).toBe('true');
  });

  test('to a tenant, the route of another matches nothing', async () => {
    const { rest } = console.sluice;
    await rest.call('POST', '/tenants', { slug: 'other' });
    const { key } = await rest.call('POST', '/tenants/other/api-keys', { name: 'k', scopes: ['read'] });
    const { page } = await console.open(`/explain?url=${console.sluice.gatewayUrl}/echo`, { token: key });
    await page.getByText('The gateway would answer 404 no_route').waitFor();
    expect(await page.getByText('demo').count()).toBe(0);
  });
});
