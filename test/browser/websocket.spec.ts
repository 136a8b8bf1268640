import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserTimeoutMs, openChromium } from './open-chromium.js';
import { type ServedPage, servePage } from './serve-page.js';
import { type Chat, startChat } from './start-chat.js';

describe('a page in a browser', { timeout: browserTimeoutMs }, () => {
  let page: ServedPage;
  let foreignPage: ServedPage;
  let chat: Chat;
  let browser: Browser;

  beforeAll(async () => {
    page = await servePage('conversation.html');
    foreignPage = await servePage('conversation.html');
    chat = await startChat({ origin: page.origin });
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser.close();
    await chat.close();
    await foreignPage.close();
    await page.close();
  });

  test('exchanges text and binary, and gets the requested subprotocol, not the one that carries its key', async () => {
    expect(await converse(page, [`sluice.key.${chat.key}`, 'chat.v1'])).toEqual({
      subprotocol: 'chat.v1',
      text: 'grüße über sluice',
      binary: '0 1 127 128 255',
      closed: '4001 page done',
    });
  });

  test('is refused without a key', async () => {
    expect(await converse(page, ['chat.v1'])).toEqual(refused);
  });

  test('is refused with a valid key when its origin is not allowed', async () => {
    expect(await converse(foreignPage, [`sluice.key.${chat.key}`, 'chat.v1'])).toEqual(refused);
  });

  // A browser hides any answer other than 101 from the page.
  const refused = { subprotocol: '', text: '', binary: '', closed: '1006' };

  async function converse(from: ServedPage, subprotocols: string[]): Promise<typeof refused> {
    const query = new URLSearchParams({ url: chat.url });
    for (const subprotocol of subprotocols) query.append('subprotocol', subprotocol);
    const tab = await browser.newPage();
    await tab.goto(`${from.url}?${query.toString()}`);
    await tab.locator('#state', { hasText: 'ended' }).waitFor();
    const read = async (id: string): Promise<string> => (await tab.locator(`#${id}`).textContent()) ?? '';
    const shown = {
      subprotocol: await read('subprotocol'),
      text: await read('text'),
      binary: await read('binary'),
      closed: await read('closed'),
    };
    await tab.close();
    return shown;
  }
});
