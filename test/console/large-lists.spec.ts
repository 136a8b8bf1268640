import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserTimeoutMs } from '../browser/open-chromium.js';
import { liveConnection } from '../support/fleet/fleet-samples.js';
import { startConsole, type ConsoleUnderTest } from './open-console.js';

// The browser answers the pages of the list in place of the API; the rest is real. So this shows that the
// page stays fast, not that the API does: 10,000 connections are 50 pages, each of which asks every gateway,
// and need 40,000 open sockets in one process; 100,000 routes take minutes to create.
// `npm run bench -- lists` measures the API with 100,000 routes.

describe('large lists', { timeout: browserTimeoutMs }, () => {
  let console: ConsoleUnderTest;
  beforeAll(async () => {
    console = await startConsole();
  }, browserTimeoutMs);
  afterAll(() => console.close());

  /** Answers the list at `path` page by page, with 3 items if filtered by `route`; returns the queries. */
  async function answerList(page: Page, path: string, all: number, item: (index: number) => object) {
    const queries: URLSearchParams[] = [];
    await page.route(
      (url) => url.pathname === path,
      async (request) => {
        const { searchParams } = new URL(request.request().url());
        queries.push(searchParams);
        const total = searchParams.has('route') ? 3 : all;
        const start = Number(searchParams.get('cursor') ?? 0);
        const end = Math.min(total, start + Number(searchParams.get('limit') ?? 50));
        const items = Array.from({ length: end - start }, (_, index) => item(start + index));
        const nextCursor = end < total ? String(end) : null;
        await request.fulfill({
          json: { items, nextCursor, total, etags: items.map(() => '"x"'), silentGateways: [] },
        });
      },
    );
    return queries;
  }

  async function scrollToEnd(page: Page, table: string): Promise<void> {
    await page
      .getByRole('group', { name: table })
      .evaluate((element: { scrollTop: number; scrollHeight: number }) => {
        element.scrollTop = element.scrollHeight;
      });
  }

  test('with 10,000 live connections only the visible rows are in the page, and the list can still be filtered', async () => {
    const { page, errors } = await console.open('/explain');
    const sample = liveConnection('gtw_01jd3x4m5n6p7q8r9s0t1v2w3x');
    const queries = await answerList(page, '/v1/connections', 10_000, (index) => ({
      ...sample,
      id: `con_${String(index).padStart(26, '0')}`,
      clientAddress: `192.0.2.${index % 250}`,
    }));
    await page.getByRole('link', { name: 'Connections' }).click();
    await page.getByText('200 connections shown').waitFor();
    const isComplete = page.getByText('10,000 connections', { exact: true });
    await expect
      .poll(
        async () => {
          await scrollToEnd(page, 'Live');
          return isComplete.count();
        },
        { timeout: browserTimeoutMs, interval: 50 },
      )
      .toBe(1);
    const rows = page.getByRole('table', { name: 'Live' }).getByRole('row');
    expect(await rows.count()).toBeLessThan(100);
    const route = page.getByRole('search').getByLabel('Route');
    await route.fill('rte_01jd3x4m5n6p7q8r9s0t1v2w3x');
    await route.press('Enter');
    await page.getByText('3 connections', { exact: true }).waitFor();
    expect(await rows.count()).toBe(4);
    expect(queries.at(-1)?.get('route')).toBe('rte_01jd3x4m5n6p7q8r9s0t1v2w3x');
    // The names of the invented tenants and routes are not found.
    expect(errors.filter((error) => !error.includes('404'))).toEqual([]);
  });

  test('100,000 routes are read page by page as the list is scrolled', async () => {
    const { rest } = console.sluice;
    const { items } = await rest.call('GET', '/routes?limit=1');
    const [route = {}] = items as object[];
    const { page, errors } = await console.open('/explain');
    const name = (index: number): string => `route ${String(index).padStart(6, '0')}`;
    const queries = await answerList(page, '/v1/routes', 100_000, (index) => ({
      ...route,
      id: `rte_${String(index).padStart(26, '0')}`,
      name: name(index),
    }));
    await page.getByRole('link', { name: 'Routes' }).click();
    await page.getByText('100 of 100,000').waitFor();
    for (const read of [200, 300, 400]) {
      await scrollToEnd(page, 'Routes');
      await page.getByText(`${read} of 100,000`).waitFor();
    }
    await scrollToEnd(page, 'Routes');
    await page.getByRole('table', { name: 'Routes' }).getByText(name(399)).waitFor();
    expect(await page.getByRole('table', { name: 'Routes' }).getByRole('row').count()).toBeLessThan(100);
    expect(queries.every((query) => query.get('limit') === '100')).toBe(true);
    expect(errors).toEqual([]);
  });
});
