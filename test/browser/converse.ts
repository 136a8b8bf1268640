import type { Browser } from 'playwright-core';
import { browserTimeoutMs } from './open-chromium.js';
import type { ServedPage } from './serve-page.js';

/** The result that conversation.html shows at the end of its connection. */
export interface Conversation {
  subprotocol: string;
  extensions: string;
  text: string;
  binary: string;
  /** Close code and reason. */
  closed: string;
}

export interface ConversationInput {
  page: ServedPage;
  /** The WebSocket that the page opens. */
  url: string;
  subprotocols?: string[];
  /** Called after text and binary have been exchanged; the page then waits until it is closed. */
  end?: () => Promise<unknown>;
}

// A browser hides any answer other than 101 from the page.
export const refused: Conversation = {
  subprotocol: '',
  extensions: '',
  text: '',
  binary: '',
  closed: '1006',
};

/** Opens conversation.html in a new tab; returns what it shows once its connection has ended. */
export async function converse(
  browser: Browser,
  { page, url, subprotocols = [], end }: ConversationInput,
): Promise<Conversation> {
  const query = new URLSearchParams({ url });
  for (const subprotocol of subprotocols) query.append('subprotocol', subprotocol);
  if (end) query.set('waits', '');
  const tab = await browser.newPage();
  tab.setDefaultTimeout(browserTimeoutMs);
  await tab.goto(`${page.url}?${query.toString()}`);
  if (end) {
    await tab.locator('#state', { hasText: 'waiting' }).waitFor();
    await end();
  }
  await tab.locator('#state', { hasText: 'ended' }).waitFor();
  const read = async (id: string): Promise<string> => (await tab.locator(`#${id}`).textContent()) ?? '';
  const shown = {
    subprotocol: await read('subprotocol'),
    extensions: await read('extensions'),
    text: await read('text'),
    binary: await read('binary'),
    closed: await read('closed'),
  };
  await tab.close();
  return shown;
}
