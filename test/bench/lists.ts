import { parseArgs } from 'node:util';
import type { EntityManager } from 'typeorm';
import { isPostgresUrl } from '#libs/settings';
import type { Database } from '../../apps/api/database/database.js';
import { openDatabase } from '../../apps/api/database/open-database.js';
import { TenantEntity } from '../../apps/api/database/entities/tenant.entity.js';
import { ListReader } from '../../apps/api/lists/list-reader.js';
import { withPostgres } from '../support/postgres/postgres-client.js';
import { startPostgresServer } from '../support/postgres/postgres-server.js';
import { listCases, type ListCases } from './list-cases.js';
import { explainList } from './explain-list.js';
import { measureWrites } from './measure-writes.js';
import { milliseconds } from './milliseconds.js';
import { quantile } from './quantile.js';
import { runBenchmark, temporaryFolder } from './run-benchmark.js';
import { seedLists } from './seed-database.js';

const { values: options } = parseArgs({
  options: {
    /** Pages for each filter and order. */
    samples: { type: 'string', default: '30' },
    routes: { type: 'string', default: '100000' },
    keys: { type: 'string', default: '200000' },
    /** Databases in place of temporary ones; those without tenants are filled. */
    sqlite: { type: 'string' },
    postgres: { type: 'string' },
    plans: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const samples = Number(options.samples);
const size = { tenants: 1000, routes: Number(options.routes), keys: Number(options.keys) };

await runBenchmark(async (releases) => {
  const sqlite = options.sqlite ?? `sqlite:${await temporaryFolder(releases)}/sluice.db`;
  const onSqlite = await measureOn(sqlite);
  const postgres = options.postgres === undefined ? await startPostgresServer() : null;
  if (postgres !== null) releases.add(() => postgres.stop());
  const onPostgres = await measureOn(options.postgres ?? postgres?.url ?? '');
  const head = [
    `${size.routes.toLocaleString('en')} routes, ${size.keys.toLocaleString('en')} keys, ${size.tenants} tenants`,
    ...['slowest order', 'SQLite p50', 'p99', 'slowest order', 'Postgres p50', 'p99'],
  ];
  return [head, ...onSqlite.map((row, index) => [...row, ...(onPostgres[index] ?? []).slice(1)])];
});

/** The measurements on one database: name, slowest order, p50 and p99 of it. */
async function measureOn(databaseUrl: string): Promise<string[][]> {
  const database = await openDatabase(databaseUrl);
  try {
    const isNew = await seedLists(database, size);
    // Postgres does so by itself only after a while. It takes longer than the API lets a statement run, so
    // another client sends it.
    if (isNew && isPostgresUrl(databaseUrl)) {
      await withPostgres(databaseUrl, (client) => client.query('VACUUM ANALYZE'));
    }
    const tenantIds = await tenantIdsOf(database.read);
    const rows: string[][] = [];
    for (const cases of listCases) {
      for (const filter of cases.filters) rows.push(await measureFilter(database, cases, filter, tenantIds));
    }
    return [...rows, ...(await measureWrites(database))];
  } finally {
    await database.close();
  }
}

async function measureFilter(
  database: Database,
  cases: ListCases,
  filter: string,
  tenantIds: readonly string[],
): Promise<string[]> {
  let slowest = { sort: '', times: [0] };
  for (const sort of cases.sorts) {
    const { tenant, ...given } = Object.fromEntries(new URLSearchParams(`${filter}&sort=${sort}`));
    const parsed = cases.parse(given, tenant === undefined ? null : (tenantIds[Number(tenant)] ?? ''));
    const times = await timesOf(database, cases, parsed);
    if (options.plans)
      console.log(await explainList(database.read, cases, filter, parsed, Math.max(...times)));
    if (quantile(times, 0.99) > quantile(slowest.times, 0.99)) slowest = { sort, times };
  }
  const { sort, times } = slowest;
  const name = `${cases.name}, ${filter || 'no filter'}`;
  return [name, sort, milliseconds(quantile(times, 0.5)), `**${milliseconds(quantile(times, 0.99))}**`];
}

/** Reads pages, one after the other, and again from the first at the end. */
async function timesOf(
  database: Database,
  { read }: ListCases,
  { query, conditions }: ReturnType<ListCases['parse']>,
): Promise<number[]> {
  const reader = new ListReader(database);
  const times: number[] = [];
  let cursor: string | undefined;
  for (let sample = 0; sample < samples; sample += 1) {
    const startedAtMs = performance.now();
    const page = await read(reader, { ...query, cursor }, conditions);
    times.push(performance.now() - startedAtMs);
    cursor = page.nextCursor ?? undefined;
  }
  return times;
}

async function tenantIdsOf(manager: EntityManager): Promise<string[]> {
  const tenants = await manager.find(TenantEntity, { order: { createdAt: 'ASC' } });
  return tenants.map(({ id }) => id);
}
