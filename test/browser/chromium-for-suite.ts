import { once } from 'node:events';
import { createServer } from 'node:http';
import type { BrowserServer } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { launchChromium } from './launch-chromium.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A URL that answers with the address of the Chromium that all spec files of the project share. */
    chromium: string;
  }
}

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
