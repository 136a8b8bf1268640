import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSluice } from '../support/start-sluice.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-first-start-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('starts without a data folder if the admin token is set and the database is elsewhere', async () => {
  const dataDir = join(folder, 'data', 'sluice');
  const settings = { SLUICE_DATABASE_URL: `sqlite:${join(folder, 'database', 'sluice.db')}` };
  const first = await startSluice(dataDir, settings);
  await first.rest.call('DELETE', '/tenants/demo');
  await first.stop();
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  const second = await startSluice(dataDir, settings);
  const tenants = await second.rest.call('GET', '/tenants');
  await second.stop();
  // A deleted demo is not created again.
  expect(tenants).toMatchObject({ items: [] });
});

test('a data folder that cannot be created stops the start, and the error names the setting', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const database = `sqlite:${join(folder, 'sluice.db')}`;
  for (const dataDir of [file, join(file, 'data')]) {
    const start = startSluice(dataDir, { SLUICE_DATABASE_URL: database });
    await expect(start).rejects.toThrow(/^SLUICE_DATA_DIR: nothing can be stored there: E/);
  }
});
