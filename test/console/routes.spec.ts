import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserTimeoutMs } from '../browser/open-chromium.js';
import { accessibilityFaults, startConsole, type ConsoleUnderTest } from './open-console.js';

describe('the pages of routes', { timeout: browserTimeoutMs }, () => {
  let console: ConsoleUnderTest;
  beforeAll(async () => {
    console = await startConsole();
    await console.sluice.rest.call('POST', '/tenants', { slug: 'acme' });
  }, browserTimeoutMs);
  afterAll(() => console.close());

  test('a route is created, with the problems of the API at its fields, and the tester finds it', async () => {
    const { gatewayUrl, echoUrl } = console.sluice;
    const { page, errors } = await console.open('/routes/new?tenant=acme');
    await page.getByRole('textbox', { name: 'Name' }).fill('chat');
    await page.getByRole('textbox', { name: 'Path' }).fill('/chat');
    await page.getByRole('textbox', { name: 'URL' }).fill('ftp://nowhere');
    await page.getByRole('button', { name: 'Timeouts and changes' }).click();
    await page.getByRole('textbox', { name: 'Connect, ms' }).fill('soon');
    await page.getByRole('button', { name: 'Create route' }).click();
    await page.locator('input[value="ftp://nowhere"][aria-invalid=true]').waitFor();
    await page.locator('input[value="soon"][aria-invalid=true]').fill('4000');
    await page.getByRole('textbox', { name: 'URL' }).fill(echoUrl);
    const scrolledBy = (): Promise<number> =>
      page.locator('#main').evaluate((main: { scrollTop: number }) => main.scrollTop);
    expect(await scrolledBy()).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Create route' }).click();
    await page.getByRole('heading', { level: 1, name: 'chat' }).waitFor();
    // The title is in view.
    await expect.poll(scrolledBy).toBe(0);
    const { items } = await console.sluice.rest.call('GET', '/tenants/acme/routes');
    expect(items).toMatchObject([{ name: 'chat', timeouts: { connectMs: 4000 }, auth: { mode: 'apiKey' } }]);
    expect(errors.filter((error) => !error.includes('status of 4'))).toEqual([]);

    await page.goto(`${console.sluice.apiUrl}/console/routes`);
    await page.getByRole('textbox', { name: 'URL to test' }).fill(`${gatewayUrl}/chat/room`);
    await page.getByRole('button', { name: 'Which route matches?' }).click();
    await page.getByText('the answer is 401 key_required').waitFor();
    expect(await page.getByRole('status').getByRole('link').innerText()).toBe('chat');
  });

  test('the problems of the API are shown in Chinese while the console is', async () => {
    const { page } = await console.open('/routes/new?tenant=acme', { locale: 'zh-CN' });
    await page.getByRole('textbox', { name: 'URL' }).fill('ftp://nowhere');
    await page.getByRole('button', { name: '创建路由' }).click();
    await page.getByText('URL 必须以 ws://、wss://、http:// 或 https:// 开头').waitFor();
    expect(await page.getByText('the URL must start').count()).toBe(0);
  });

  test('of two people who edit one route, the second sees what the first has changed', async () => {
    const { rest, echoUrl } = console.sluice;
    const route = { name: 'shared', match: { path: '/shared' }, upstreams: [{ url: echoUrl }] };
    const { id: tenantId } = await rest.call('GET', '/tenants/acme');
    const { id } = await rest.call('POST', '/tenants/acme/routes', route);
    const { page } = await console.open(`/routes/${tenantId}/${id}`);
    await page.getByRole('textbox', { name: 'Path' }).fill('/mine');
    await rest.call('PATCH', `/tenants/acme/routes/${id}`, { labels: { team: 'a' } });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Another user has changed this route').waitFor();
    expect(await page.getByRole('listitem').filter({ hasText: 'labels' }).innerText()).toContain(
      '"team":"a"',
    );
    await page.getByRole('button', { name: 'Apply my changes on top' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    const saved = await rest.call('GET', `/tenants/acme/routes/${id}`);
    expect(saved).toMatchObject({ labels: { team: 'a' }, match: { path: '/mine' } });
  });

  test('the list is searched and ordered by its URL, and markup is shown as text', async () => {
    const { rest, echoUrl } = console.sluice;
    const name = '<img src=x onerror=alert(1)> \u0645\u0633\u0627\u0631';
    const route = { name, match: { path: '/markup' }, upstreams: [{ url: echoUrl }] };
    await rest.call('POST', '/tenants/acme/routes', route);
    const { page, errors } = await console.open('/routes?q=markup&sort=-name');
    await page.getByText('1 of 1').waitFor();
    expect(await page.getByRole('cell').first().innerText()).toBe(name);
    await page.getByRole('searchbox', { name: /Search by name/ }).fill('nothing like it');
    await page.getByText('No route matches these filters.').waitFor();
    expect(page.url()).toContain('q=nothing');
    expect(errors).toEqual([]);
  });

  test('a key that may only read sees the routes of its tenant, and cannot change them', async () => {
    const { rest, echoUrl } = console.sluice;
    await rest.call('POST', '/tenants', { slug: 'other' });
    const route = { name: 'own', match: { path: '/own' }, upstreams: [{ url: echoUrl }] };
    await rest.call('POST', '/tenants/other/routes', route);
    const reader = { name: 'reader', scopes: ['read'] };
    const { key: token } = await rest.call('POST', '/tenants/other/api-keys', reader);
    const { page } = await console.open('/routes', { token });
    await page.getByText('1 of 1').waitFor();
    expect(await page.getByRole('button', { name: 'Create route' }).count()).toBe(0);
    await page.getByRole('link', { name: 'own' }).click();
    await page.getByRole('heading', { level: 1, name: 'own' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Name' }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  });

  test.each([
    ['/routes', { width: 1280, height: 800 }],
    ['/routes/new', { width: 390, height: 844 }],
  ])('axe finds nothing on %s', async (path, viewport) => {
    const { page, errors } = await console.open(path, { viewport });
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(errors).toEqual([]);
  });
});
