import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { chromium, type BrowserServer } from 'playwright-core';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A URL that answers with the address of the Chromium that all spec files of the project share. */
    chromium: string;
  }
}

// The headless shell takes half of the processor time of a whole browser.
const installedAt = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/**
 * Shares one Chromium between the spec files of the project, as its start and its first page take over a
 * second. It starts when the first of them asks for it, and ends with the run.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let launched: Promise<BrowserServer> | undefined;
  const server = createServer((_request, response) => {
    launched ??= launchChromium();
    launched.then(
      (browser) => response.end(browser.wsEndpoint()),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  project.provide('chromium', `http://127.0.0.1:${address.port}`);
  return async () => {
    server.close();
    server.closeAllConnections();
    // A failure to start was the answer to the tests.
    await launched?.then(
      (browser) => browser.close(),
      () => undefined,
    );
  };
}

/**
 * Starts a headless Chromium with an empty profile that makes no connections by itself. Its path is
 * SLUICE_TEST_CHROMIUM, or else that of an installed one. Rejects with instructions if there is none.
 */
async function launchChromium(): Promise<BrowserServer> {
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
