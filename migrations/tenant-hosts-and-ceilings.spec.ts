import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InitialSchema1764000000000 } from './initial-schema.js';
import { TenantHostsAndCeilings1764310000000 } from './tenant-hosts-and-ceilings.js';

const tenantCount = 501;

let folder = '';
let database: DataSource;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-migration-'));
  database = new DataSource({
    type: 'sqlite',
    database: join(folder, 'sluice.db'),
    migrations: [InitialSchema1764000000000],
  });
  await database.initialize();
  // Without a transaction each statement would sync the disk, which takes half a minute on a busy machine.
  await database.query('PRAGMA synchronous = OFF');
  await database.runMigrations({ transaction: 'each' });
  for (let index = 0; index < tenantCount; index += 1) {
    const id = `ten_${String(index).padStart(26, '0')}`;
    const values = [id, `t${index}`, 'T', 'active', '{"maxConnections":5}', 'then', 'then'];
    await database.query('INSERT INTO tenants VALUES (?, ?, ?, ?, ?, ?, ?)', values);
  }
});
afterEach(async () => {
  await database.destroy();
  await rm(folder, { recursive: true });
});

test('tenants of an older database may use any host and have no quotas, and the migration can be reverted', async () => {
  const before = await tenants();
  const migration = new TenantHostsAndCeilings1764310000000();
  const runner = database.createQueryRunner();
  await migration.up(runner);
  const limits = '{"maxConnections":5,"maxRoutes":null,"maxApiKeys":null}';
  const after = await tenants();
  expect(after).toHaveLength(tenantCount);
  expect(after.every((tenant) => tenant.limits === limits && tenant.hosts === null)).toBe(true);
  await migration.down(runner);
  expect(await tenants()).toEqual(before);
});

function tenants(): Promise<{ limits: string; hosts?: string | null }[]> {
  return database.query('SELECT * FROM tenants ORDER BY id');
}
