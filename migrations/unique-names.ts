import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ulid } from 'ulid';
import { z } from 'zod';
import { isPostgres } from './is-postgres.js';

const idsSchema = z.array(z.object({ id: z.string(), tenantId: z.string(), name: z.string() }));
const claimsSchema = z.array(z.object({ nameClaim: z.string() }));
const definitionsSchema = z.array(z.object({ definition: z.string() }));
const definitionSchema = z.record(z.string(), z.unknown());

const maxNameLength = 100;

/**
 * Makes the names of routes, and of API keys that are not revoked, unique within a tenant: the oldest of
 * several keeps the name, the others get ` (2)`, ` (3)` and so on. Names with the form of an id get such a
 * suffix, too. If something was renamed, a new epoch makes the publisher store the whole snapshot again,
 * since routes may send the name of a key to their upstreams.
 */
export class UniqueNames1764550000000 implements MigrationInterface {
  readonly name = 'UniqueNames1764550000000';

  async up(runner: QueryRunner): Promise<void> {
    let renamed = 0;
    for (const table of tablesOf(runner)) renamed += await addClaims(runner, table);
    if (renamed > 0) await runner.query('UPDATE config_state SET epoch = $1', [ulid().toLowerCase()]);
  }

  /** Keeps the names. */
  async down(runner: QueryRunner): Promise<void> {
    for (const { table } of tablesOf(runner)) {
      await runner.query(`DROP INDEX "uq_${table}_nameClaim"`);
      await runner.query(`ALTER TABLE ${table} DROP COLUMN "nameClaim"`);
    }
  }
}

interface NamedTable {
  table: 'routes' | 'api_keys';
  /** The name of a row as an expression of SQL. */
  name: string;
  /** Which rows have a name that is unique. */
  condition: string;
  setName: (runner: QueryRunner, id: string, name: string) => Promise<void>;
}

function tablesOf(runner: QueryRunner): NamedTable[] {
  const routeName = isPostgres(runner) ? `(definition::json->>'name')` : `json_extract(definition, '$.name')`;
  return [
    { table: 'routes', name: routeName, condition: `${routeName} <> ''`, setName: setRouteName },
    { table: 'api_keys', name: 'name', condition: `"revokedAt" IS NULL`, setName: setKeyName },
  ];
}

/** Adds the claims of a table, and resolves to the number of renamed rows. */
async function addClaims(runner: QueryRunner, named: NamedTable): Promise<number> {
  const { table, name, condition } = named;
  await runner.query(`ALTER TABLE ${table} ADD COLUMN "nameClaim" varchar`);
  await runner.query(`UPDATE ${table} SET "nameClaim" = "tenantId" || ' ' || ${name} WHERE ${condition}`);
  await runner.query(`CREATE INDEX ix_names ON ${table} ("nameClaim")`);
  const shaped = idsSchema.parse(
    await runner.query(
      `SELECT id, "tenantId", ${name} AS name FROM ${table}
       WHERE ${condition} AND LENGTH(${name}) = 30 AND SUBSTR(${name}, 4, 1) = '_' ORDER BY id`,
    ),
  );
  let renamed = 0;
  for (const row of shaped) {
    if (!/^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/.test(row.name)) continue;
    await rename(runner, named, row, 2);
    renamed += 1;
  }
  renamed += await renameDuplicates(runner, named);
  await runner.query('DROP INDEX ix_names');
  await runner.query(`CREATE UNIQUE INDEX "uq_${table}_nameClaim" ON ${table} ("nameClaim")`);
  return renamed;
}

async function renameDuplicates(runner: QueryRunner, named: NamedTable): Promise<number> {
  const { table, name } = named;
  const claims = claimsSchema.parse(
    await runner.query(
      `SELECT "nameClaim" FROM ${table} WHERE "nameClaim" IS NOT NULL GROUP BY "nameClaim" HAVING COUNT(*) > 1`,
    ),
  );
  let renamed = 0;
  for (const { nameClaim } of claims) {
    const select = `SELECT id, "tenantId", ${name} AS name FROM ${table} WHERE "nameClaim" = $1 ORDER BY id`;
    const [, ...later] = idsSchema.parse(await runner.query(select, [nameClaim]));
    let number = 2;
    for (const row of later) number = (await rename(runner, named, row, number)) + 1;
    renamed += later.length;
  }
  return renamed;
}

/** Gives a row its name with the first free number, and resolves to that number. */
async function rename(
  runner: QueryRunner,
  { table, setName }: NamedTable,
  { id, tenantId, name }: { id: string; tenantId: string; name: string },
  first: number,
): Promise<number> {
  for (let number = first; ; number += 1) {
    const suffix = ` (${number})`;
    const candidate = withoutHalfPair(name.slice(0, maxNameLength - suffix.length)) + suffix;
    const claim = `${tenantId} ${candidate}`;
    const taken: unknown = await runner.query(`SELECT 1 FROM ${table} WHERE "nameClaim" = $1 LIMIT 1`, [
      claim,
    ]);
    if (Array.isArray(taken) && taken.length > 0) continue;
    await setName(runner, id, candidate);
    await runner.query(`UPDATE ${table} SET "nameClaim" = $1 WHERE id = $2`, [claim, id]);
    return number;
  }
}

// Postgres refuses half of a surrogate pair.
function withoutHalfPair(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '');
}

async function setRouteName(runner: QueryRunner, id: string, name: string): Promise<void> {
  const rows = definitionsSchema.parse(
    await runner.query('SELECT definition FROM routes WHERE id = $1', [id]),
  );
  for (const { definition } of rows) {
    const changed = JSON.stringify({ ...definitionSchema.parse(JSON.parse(definition)), name });
    await runner.query('UPDATE routes SET definition = $1 WHERE id = $2', [changed, id]);
  }
}

async function setKeyName(runner: QueryRunner, id: string, name: string): Promise<void> {
  await runner.query('UPDATE api_keys SET name = $1 WHERE id = $2', [name, id]);
}
