import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { expect, test } from 'vitest';
import { EncodedSlash1764410000000 } from './encoded-slash.js';
import { InitialSchema1764000000000 } from './initial-schema.js';

test('stored routes refuse encoded slashes, and the migration can be reverted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-migration-'));
  const migrations = [InitialSchema1764000000000];
  const source = new DataSource({ type: 'sqlite', database: join(folder, 'sluice.db'), migrations });
  const database = await source.initialize();
  await database.runMigrations();
  const at = '2026-11-22T14:00:00.000Z';
  await database.query('INSERT INTO tenants VALUES (?, ?, ?, ?, ?, ?, ?)', [
    ...['ten_1', 'acme', 'Acme', 'active', '{}', at, at],
  ]);
  const match = { host: 'a.example', path: '/a', pathType: 'exact' };
  await database.query(
    'INSERT INTO routes (id, "tenantId", definition, "createdAt", "updatedAt") VALUES (?, ?, ?, ?, ?)',
    ['rte_1', 'ten_1', JSON.stringify({ name: 'a', match }), at, at],
  );
  const definitions = async (): Promise<unknown[]> => {
    const rows = await database.query<{ definition: string }[]>('SELECT definition FROM routes');
    return rows.map(({ definition }) => JSON.parse(definition) as unknown);
  };
  const runner = database.createQueryRunner();
  await new EncodedSlash1764410000000().up(runner);
  expect(await definitions()).toEqual([{ name: 'a', match: { ...match, encodedSlash: 'refuse' } }]);
  await new EncodedSlash1764410000000().down(runner);
  expect(await definitions()).toEqual([{ name: 'a', match }]);
  await database.destroy();
  await rm(folder, { recursive: true });
});
