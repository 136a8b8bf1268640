import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { browserTimeoutMs, openChromium } from '../browser/open-chromium.js';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';

/** All of Sluice with the built console, and a browser. */
export interface ConsoleUnderTest {
  sluice: SluiceInProcess;
  /** Opens a view in a browser without cookies; `token`: signs in first. */
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

const require = createRequire(import.meta.url);
const axe = require.resolve('axe-core/axe.min.js');

/** Builds the console if its sources have changed, and starts everything. */
export async function startConsole(): Promise<ConsoleUnderTest> {
  execFileSync(process.execPath, ['scripts/build-console.mjs'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [sluice, browser] = await Promise.all([startSluice(), openChromium()]);
  return {
    sluice,
    open: (path, options = {}) => openView(sluice, browser, path, options),
    close: async () => {
      await Promise.all([browser.close(), sluice.close()]);
    },
  };
}

async function openView(
  sluice: SluiceInProcess,
  browser: Browser,
  path: string,
  { token = sluice.adminToken, ...options }: OpenOptions,
): Promise<ConsolePage> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(browserTimeoutMs);
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

/** What axe-core finds in the page: each rule with the elements that break it. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // As an argument of the debugger, since the page allows no inline scripts.
  await page.evaluate(await readFile(axe, 'utf8'));
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }
    ).axe.run();
    interface Violation {
      id: string;
      impact: string;
      nodes: { target: unknown[] }[];
    }
    return violations.flatMap(({ id, impact, nodes }) =>
      nodes.map(({ target }) => `${impact} ${id}: ${target.join(' ')}`),
    );
  });
}
