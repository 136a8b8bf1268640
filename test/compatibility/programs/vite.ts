import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { acceptsConnections } from '../../support/accepts-connections.js';
import { ChildProgram } from '../../support/child-program.js';
import { freePort } from '../../support/free-port.js';
import type { CompatibilityTest, CompatibleProgram } from '../compatible-program.js';
import { packageVersion } from '../packages.js';

const timeoutMs = 60_000;

// `loadedAt` changes when the page is loaded again.
const files = {
  'index.html': '<!doctype html><title>loading</title><script type="module" src="/main.js"></script>',
  'main.js': `import { text } from './text.js';
globalThis.loadedAt = performance.timeOrigin;
document.title = text;
import.meta.hot.accept('./text.js', (changed) => { document.title = changed.text; });
`,
  'text.js': "export const text = 'before';\n",
};

/** The development server of Vite with hot reload. */
export const vite: CompatibleProgram = {
  name: 'Vite',
  version: () => packageVersion('vite', '.'),
  run: async (test) => {
    const root = await mkdtemp(join(tmpdir(), 'sluice-vite-'));
    for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
    const port = await freePort();
    const options = [root, '--host', '127.0.0.1', '--port', String(port), '--strictPort'];
    const command = [process.execPath, 'node_modules/vite/bin/vite.js', ...options] as const;
    const server = new ChildProgram({ name: 'vite', command, environment: process.env }).start();
    try {
      await server.untilReady(() => acceptsConnections(port));
      await test.sluice.publish('/', port);
      const page = await (await test.browser()).newPage();
      await visit(test, page, join(root, 'text.js'));
      await page.close();
    } finally {
      await server.stop();
      await rm(root, { recursive: true, force: true });
    }
  },
};

async function visit({ sluice, check }: CompatibilityTest, page: Page, changedFile: string): Promise<void> {
  const connected = page.waitForEvent('console', {
    predicate: (message) => message.text().includes('[vite] connected'),
    timeout: timeoutMs,
  });
  connected.catch(() => undefined);
  await check('the page and its modules', async () => {
    await page.goto(`${sluice.url}/`);
    await page.waitForFunction("document.title === 'before'", undefined, { timeout: timeoutMs });
  });
  await check('the socket of hot reload', async () => {
    await connected;
  });
  await check('a changed file arrives without a reload of the page', async () => {
    const loadedAt = await page.evaluate('loadedAt');
    await writeFile(changedFile, "export const text = 'after';\n");
    await page.waitForFunction("document.title === 'after'", undefined, { timeout: timeoutMs });
    assert.equal(await page.evaluate('loadedAt'), loadedAt);
  });
}
