import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { withFolderGraph } from './folder-graph.js';

const page = fileURLToPath(new URL('../../CONTRIBUTING.md', import.meta.url));

test('the graph of folders in CONTRIBUTING.md shows their imports', async () => {
  // `npm run docs:graph` updates the graph through this assertion.
  await expect(withFolderGraph(readFileSync(page, 'utf8'))).toMatchFileSnapshot(page);
});
