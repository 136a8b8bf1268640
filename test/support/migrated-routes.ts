import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type MigrationInterface } from 'typeorm';
import { InitialSchema1764000000000 } from '../../migrations/initial-schema.js';

/** The definition of a stored route after a migration of definitions, and after that was reverted. */
export async function migratedRoutes(
  migration: MigrationInterface,
  definition: object,
): Promise<{ up: unknown; down: unknown }> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-migration-'));
  const migrations = [InitialSchema1764000000000];
  const database = new DataSource({ type: 'sqlite', database: join(folder, 'sluice.db'), migrations });
  await database.initialize();
  await database.runMigrations();
  const at = '2026-11-22T14:00:00.000Z';
  await database.query('INSERT INTO tenants VALUES (?, ?, ?, ?, ?, ?, ?)', [
    ...['ten_1', 'acme', 'Acme', 'active', '{}', at, at],
  ]);
  await database.query(
    'INSERT INTO routes (id, "tenantId", definition, "createdAt", "updatedAt") VALUES (?, ?, ?, ?, ?)',
    ['rte_1', 'ten_1', JSON.stringify(definition), at, at],
  );
  const stored = async (): Promise<unknown> => {
    const rows = await database.query<{ definition: string }[]>('SELECT definition FROM routes');
    return JSON.parse(rows[0]?.definition ?? 'null') as unknown;
  };
  const runner = database.createQueryRunner();
  await migration.up(runner);
  const up = await stored();
  await migration.down(runner);
  const down = await stored();
  await database.destroy();
  await rm(folder, { recursive: true });
  return { up, down };
}
