import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** The timeout of a browser test. On a busy machine Chromium needs half a minute to render the Swagger UI. */
export const browserTimeoutMs = 120_000;

/**
 * Starts a headless Chromium with an empty profile that makes no connections by itself. Its path is
 * SLUICE_TEST_CHROMIUM, or else /usr/bin/chromium. Rejects with instructions if the file does not exist.
 */
export async function openChromium(): Promise<Browser> {
  const executablePath = process.env['SLUICE_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(`there is no ${executablePath}: run "npm test", or set SLUICE_TEST_CHROMIUM`);
  }
  return chromium.launch({
    executablePath,
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
