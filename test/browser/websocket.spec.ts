import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { converse, refused, type Conversation } from './converse.js';
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

  const exchanged: Conversation = {
    subprotocol: 'chat.v1',
    extensions: 'permessage-deflate',
    text: 'grüße über sluice',
    binary: '0 1 127 128 255',
    closed: '4001 page done',
  };

  test('exchanges compressed text and binary, and gets the requested subprotocol, not the one that carries its key', async () => {
    const { key } = await chat.makeKey();
    const subprotocols = [`sluice.key.${key}`, 'chat.v1'];
    expect(await converse(browser, { page, url: chat.url, subprotocols })).toEqual(exchanged);
  });

  test('is closed with 1008 when its key is revoked', async () => {
    const { key, revoke } = await chat.makeKey();
    const subprotocols = ['chat.v1', `sluice.key.${key}`];
    expect(await converse(browser, { page, url: chat.url, subprotocols, end: revoke })).toEqual({
      ...exchanged,
      closed: '1008 key revoked',
    });
  });

  test('is refused without a key', async () => {
    expect(await converse(browser, { page, url: chat.url, subprotocols: ['chat.v1'] })).toEqual(refused);
  });

  test('is refused with a valid key when its origin is not allowed', async () => {
    const { key } = await chat.makeKey();
    const subprotocols = [`sluice.key.${key}`, 'chat.v1'];
    expect(await converse(browser, { page: foreignPage, url: chat.url, subprotocols })).toEqual(refused);
  });
});
