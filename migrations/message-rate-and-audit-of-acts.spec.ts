import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type QueryRunner } from 'typeorm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { routeCreateSchema, type RouteCreate } from '#libs/contract';
import { ApiUnderTest } from '../test/support/api-under-test.js';
import { InitialSchema1764000000000 } from './initial-schema.js';
import { MessageRateAndAuditOfActs1764100000000 } from './message-rate-and-audit-of-acts.js';

const tenantId = 'ten_01jd3x4m5n6p7q8r9s0t1v2w3x';
const routeCount = 1203;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-migration-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('routes and audit entries of the first version are shown unchanged, with the new fields', async () => {
  const before = await open([InitialSchema1764000000000]);
  await fill(before);
  await before.destroy();
  const api = await ApiUnderTest.start({ folder });
  const { body } = await api.request('GET', '/v1/tenants/acme/routes?limit=200');
  expect(body.items).toHaveLength(200);
  expect(body.items[0]).toMatchObject({
    name: 'route 0',
    onMessageRate: 'slow',
    onChange: 'keep',
    clientCertificate: 'none',
    upstreamHost: 'upstream',
    onAccessChange: 'keep',
  });
  const unchanged = await api.request('PATCH', `/v1/tenants/acme/routes/${body.items[0]?.id ?? ''}`, {});
  expect(unchanged.body).toEqual(body.items[0]);
  await api.stop();
  const after = await open([]);
  const [stored] = await after.query<{ count: number }[]>(
    `SELECT count(*) AS count FROM routes WHERE definition LIKE '%"onMessageRate":"slow"%'`,
  );
  expect(stored?.count).toBe(routeCount);
  expect(await after.query('SELECT id, "tenantId", details FROM audit')).toEqual([
    { id: 'aud_1', tenantId, details: null },
  ]);
  expect(await after.query(`SELECT name FROM sqlite_master WHERE name = 'ix_audit_tenant'`)).toHaveLength(1);
  await after.destroy();
});

test('the migration can be reverted without a loss of data of the first version', async () => {
  const database = await open([InitialSchema1764000000000]);
  await fill(database);
  const rows = async (): Promise<unknown> => [
    await database.query('SELECT * FROM routes ORDER BY id'),
    await database.query('SELECT * FROM audit'),
    await database.query('PRAGMA table_info(audit)'),
  ];
  const before = await rows();
  const migration = new MessageRateAndAuditOfActs1764100000000();
  // Each in one transaction, like TypeORM: a commit for each route would sync the disk as often.
  await database.transaction(({ queryRunner }) => migration.up(required(queryRunner)));
  expect(await rows()).not.toEqual(before);
  await database.transaction(({ queryRunner }) => migration.down(required(queryRunner)));
  expect(await rows()).toEqual(before);
  await database.destroy();
});

function required(runner: QueryRunner | undefined): QueryRunner {
  if (!runner) throw new Error('a transaction has a query runner');
  return runner;
}

async function open(migrations: NonNullable<ConstructorParameters<typeof DataSource>[0]['migrations']>) {
  const database = join(folder, 'sluice.db');
  const opened = await new DataSource({ type: 'sqlite', database, migrations }).initialize();
  // Without a transaction each statement would sync the disk, which takes half a minute on a busy machine.
  await opened.query('PRAGMA synchronous = OFF');
  await opened.runMigrations({ transaction: 'each' });
  return opened;
}

async function fill(database: DataSource): Promise<void> {
  const at = '2026-11-22T14:00:00.000Z';
  await database.query('INSERT INTO tenants VALUES (?, ?, ?, ?, ?, ?, ?)', [
    ...[tenantId, 'acme', 'Acme', 'active', '{}', at, at],
  ]);
  const fields: Partial<RouteCreate> = routeCreateSchema.parse({
    match: { path: '/' },
    upstreams: [{ url: 'ws://10.0.0.5' }],
    enabled: false,
  });
  delete fields.onMessageRate;
  delete fields.clientCertificate;
  delete fields.upstreamTls;
  delete fields.upstreamHost;
  await database.transaction(async (manager) => {
    for (let index = 0; index < routeCount; index += 1) {
      const id = `rte_${String(index).padStart(26, '0')}`;
      const definition = JSON.stringify({ ...fields, name: `route ${index}` });
      await manager.query('INSERT INTO routes VALUES (?, ?, ?, ?, ?, ?)', [
        id,
        tenantId,
        null,
        definition,
        at,
        at,
      ]);
    }
  });
  await database.query('INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', [
    ...['aud_1', 1, at, 'admin', null, 'tenant.create', tenantId, tenantId, '127.0.0.1'],
  ]);
}
