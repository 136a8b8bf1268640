import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { browserTimeoutMs, openChromium } from '../browser/open-chromium.js';
import { startConsoleStack, type ConsoleStack } from './console-stack.js';

/** A fleet with the built console, and a browser. */
export interface ConsoleUnderTest {
  sluice: ConsoleStack;
  /**
   * Opens a view in a browser without cookies, which closes when the test has ended: a page that stays open
   * asks the API again and again. `token`: signs in first.
   */
  open(path: string, options?: OpenOptions): Promise<ConsolePage>;
  close(): Promise<void>;
}

export interface OpenOptions extends BrowserContextOptions {
  /** Null: without signing in; the admin token if omitted. */
  token?: string | null;
}

export interface ConsolePage {
  page: Page;
  /** Errors and violations of the Content-Security-Policy that the page reported. */
  errors: string[];
}

/** Builds the console if its sources have changed. */
export function buildConsole(): void {
  execFileSync(process.execPath, ['scripts/build-console.mjs'], { stdio: ['ignore', 'ignore', 'pipe'] });
}

const require = createRequire(import.meta.url);
const axe = require.resolve('axe-core/axe.min.js');

/** Starts everything, with the console built from the current sources. */
export async function startConsole(): Promise<ConsoleUnderTest> {
  buildConsole();
  const [sluice, browser] = await Promise.all([startConsoleStack(), openChromium()]);
  return {
    sluice,
    open: (path, options = {}) => openView(sluice, browser, path, options),
    close: async () => {
      await Promise.all([browser.close(), sluice.close()]);
    },
  };
}

async function openView(
  sluice: ConsoleStack,
  browser: Browser,
  path: string,
  { token = sluice.adminToken, ...options }: OpenOptions,
): Promise<ConsolePage> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  // Shorter than the test's own timeout, so that an error names the step that hangs.
  page.setDefaultTimeout(browserTimeoutMs / 2);
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  if (token !== null) {
    const answer = await context.request.post(`${sluice.apiUrl}/v1/session`, {
      data: { token },
      headers: { origin: sluice.apiUrl },
    });
    if (!answer.ok()) throw new Error(`the session was refused: ${answer.status()}`);
  }
  await page.goto(`${sluice.apiUrl}/console${path}`);
  return { page, errors };
}

interface Axe {
  run(context: unknown, options: object): Promise<{ violations: Violation[] }>;
}

interface Violation {
  id: string;
  impact: string;
  nodes: { target: unknown[] }[];
}

/** The findings of axe-core in the page: each rule with the elements that break it. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // As an argument of the debugger, since the page allows no inline scripts.
  await page.evaluate(await readFile(axe, 'utf8'));
  const { violations } = await page.evaluate(() => {
    const inPage = globalThis as unknown as { axe: Axe; document: unknown };
    // Without the selectors of the elements that have no fault, which take half of the time.
    return inPage.axe.run(inPage.document, { resultTypes: ['violations'] });
  });
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target }) => `${impact} ${id}: ${target.join(' ')}`),
  );
}
