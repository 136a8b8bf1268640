import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAdminToken } from './admin-token.js';

let dataDir = '';
let file = '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sluice-token-'));
  file = join(dataDir, 'admin-token');
});
afterEach(() => rm(dataDir, { recursive: true }));

test('the first start generates a token of 256 bits that only the owner can read, and the next start reuses it', async () => {
  const first = await readAdminToken({ adminToken: null, dataDir });
  expect(first).toEqual({ token: (await readFile(file, 'utf8')).trim(), file });
  expect(first.token).toMatch(/^[0-9a-f]{64}$/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readAdminToken({ adminToken: null, dataDir })).toEqual(first);
});

test('a token file that others can read is restricted to its owner', async () => {
  await writeFile(file, 'a-token-of-the-operator\n');
  await chmod(file, 0o644);
  expect((await readAdminToken({ adminToken: null, dataDir })).token).toBe('a-token-of-the-operator');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a token from the setting takes precedence, and no file is created', async () => {
  const adminToken = 'a-token-from-a-setting';
  expect(await readAdminToken({ adminToken, dataDir })).toEqual({ token: adminToken, file: null });
  await expect(stat(file)).rejects.toThrow('ENOENT');
});

test('a file without a token stops the start with an error that names the file', async () => {
  await writeFile(file, '\n');
  await expect(readAdminToken({ adminToken: null, dataDir })).rejects.toThrow(file);
});

test('a missing folder is created, accessible to its owner only', async () => {
  const folder = join(dataDir, 'deeper', 'still');
  await readAdminToken({ adminToken: null, dataDir: folder });
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});
