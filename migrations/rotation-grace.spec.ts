import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { expect, test } from 'vitest';
import { InitialSchema1764000000000 } from './initial-schema.js';
import { RotationGrace1764340000000 } from './rotation-grace.js';

test('existing keys have no previous secret, and the migration can be reverted with nothing else changed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-migration-'));
  const migrations = [InitialSchema1764000000000];
  const source = new DataSource({ type: 'sqlite', database: join(folder, 'sluice.db'), migrations });
  const database = await source.initialize();
  await database.runMigrations();
  const at = '2026-11-22T14:00:00.000Z';
  await database.query('INSERT INTO tenants VALUES (?, ?, ?, ?, ?, ?, ?)', [
    ...['ten_1', 'acme', 'Acme', 'active', '{}', at, at],
  ]);
  await database.query('INSERT INTO api_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
    ...['key_1', 'ten_1', 'web', 'slc_1', 'a', '["connect"]', null, null, null, null, null, at],
  ]);
  const state = async (): Promise<unknown> => [
    await database.query('SELECT * FROM api_keys'),
    await database.query('PRAGMA table_info(api_keys)'),
    await database.query('PRAGMA index_list(api_keys)'),
  ];
  const before = await state();
  const runner = database.createQueryRunner();
  await new RotationGrace1764340000000().up(runner);
  expect(await database.query('SELECT * FROM api_keys')).toMatchObject([
    { id: 'key_1', previousPrefix: null, previousSecretHash: null, previousExpiresAt: null },
  ]);
  await new RotationGrace1764340000000().down(runner);
  expect(await state()).toEqual(before);
  await database.destroy();
  await rm(folder, { recursive: true });
});
