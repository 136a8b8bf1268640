import { existsSync } from 'node:fs';
import { chromium, type BrowserServer } from 'playwright-core';

// The headless shell takes half of the processor time of a whole browser.
const installedAt = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/**
 * Starts a headless Chromium with an empty profile that makes no connections by itself. Its path is
 * SLUICE_TEST_CHROMIUM, or else that of an installed one. Rejects with instructions if there is none.
 */
export async function launchChromium(): Promise<BrowserServer> {
  const executablePath = process.env['SLUICE_TEST_CHROMIUM'] ?? installedAt.find((path) => existsSync(path));
  if (executablePath === undefined || !existsSync(executablePath)) {
    throw new Error('there is no Chromium: run "npm test", or set SLUICE_TEST_CHROMIUM to its path');
  }
  return chromium.launchServer({
    executablePath,
    host: '127.0.0.1',
    headless: true,
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
