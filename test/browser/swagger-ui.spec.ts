import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';
import { browserTimeoutMs, openChromium } from './open-chromium.js';

describe('Swagger UI', { timeout: browserTimeoutMs }, () => {
  let sluice: SluiceInProcess;
  let browser: Browser;

  beforeAll(async () => {
    [sluice, browser] = await Promise.all([startSluice(), openChromium()]);
  });
  afterAll(async () => {
    await Promise.all([browser.close(), sluice.close()]);
  });

  test('authorizes calls with the token that was entered on the page', async () => {
    const tab = await browser.newPage();
    tab.setDefaultTimeout(browserTimeoutMs);
    await tab.goto(`${sluice.apiUrl}/docs/`);
    await tab.locator('.scheme-container .authorize').click();
    await tab.locator('.modal-ux input').fill(sluice.adminToken);
    await tab.locator('.modal-ux button.authorize').click();
    await tab.locator('.modal-ux .btn-done').click();
    // The page renders all operations of a group, so a small one.
    await tab.locator('#operations-tag-gateways').click();
    const operation = tab.locator('.opblock-get', { hasText: '/v1/gateways' }).first();
    await operation.locator('.opblock-summary').click();
    await operation.locator('.execute').click();
    const response = operation.locator('.live-responses-table .response');
    expect(await response.locator('.response-col_status').innerText()).toContain('200');
    expect(await response.innerText()).toContain('"state": "ready"');
  });
});
