import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isPostgres } from './is-postgres.js';

/**
 * Adds narrow tables with an index for each order of a list, and tables of the terms that find resources. The
 * API fills them at its start.
 */
export class ListedResources1764551000000 implements MigrationInterface {
  readonly name = 'ListedResources1764551000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) {
      await createRows(runner, table);
      await createTerms(runner, table.terms);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { rows, terms } of tables) {
      await runner.query(`DROP TABLE ${rows}`);
      await runner.query(`DROP TABLE ${terms}`);
    }
  }
}

interface ListedTable {
  rows: string;
  terms: string;
  /** Columns of text with an index for each. */
  sorts: string[];
  /** Columns that filters test: every index has them, so that no filter reads rows. */
  filters: Record<string, 'varchar' | 'boolean'>;
  hasTenant: boolean;
}

const tables: ListedTable[] = [
  {
    rows: 'listed_tenants',
    terms: 'tenant_terms',
    sorts: ['createdAt', 'updatedAt', 'name', 'slug'],
    filters: { status: 'varchar' },
    hasTenant: false,
  },
  {
    rows: 'listed_routes',
    terms: 'route_terms',
    sorts: ['createdAt', 'updatedAt', 'name', 'host'],
    filters: { enabled: 'boolean', pathType: 'varchar' },
    hasTenant: true,
  },
  {
    rows: 'listed_api_keys',
    terms: 'api_key_terms',
    sorts: ['createdAt', 'name', 'lastUsedAt', 'expiresAt'],
    filters: { revoked: 'boolean', connect: 'boolean', read: 'boolean', manage: 'boolean' },
    hasTenant: true,
  },
];

async function createRows(runner: QueryRunner, table: ListedTable): Promise<void> {
  const { rows, sorts, hasTenant } = table;
  const filters = { ...(hasTenant && { tenantId: 'varchar' }), ...table.filters };
  const columns = [
    ...['id', ...sorts].map((name) => `"${name}" ${textType(runner)} NOT NULL`),
    ...Object.entries(filters).map(([name, type]) => `"${name}" ${type} NOT NULL`),
  ];
  const key = `CONSTRAINT pk_${rows} PRIMARY KEY (id)`;
  await runner.query(`CREATE TABLE ${rows} (${columns.join(', ')}, ${key})${rowOptions(runner)}`);
  for (const sort of sorts) {
    // A host and a time of expiry are filters, too.
    const also = sorts.filter((other) => other !== sort && ['host', 'expiresAt'].includes(other));
    await createIndex(runner, rows, sort, [sort, 'id', ...Object.keys(filters), ...also]);
  }
  if (!hasTenant) return;
  const others = sorts.filter((sort) => sort !== 'createdAt');
  const ofTenant = ['tenantId', 'createdAt', 'id', ...others, ...Object.keys(table.filters)];
  await createIndex(runner, rows, 'tenant', ofTenant);
}

async function createTerms(runner: QueryRunner, terms: string): Promise<void> {
  const type = textType(runner);
  const key = `CONSTRAINT pk_${terms} PRIMARY KEY (term, id)`;
  const columns = `term ${type} NOT NULL, id ${type} NOT NULL, ${key}`;
  await runner.query(`CREATE TABLE ${terms} (${columns})${rowOptions(runner)}`);
  await createIndex(runner, terms, 'resource', ['id', 'term']);
}

async function createIndex(
  runner: QueryRunner,
  table: string,
  suffix: string,
  columns: string[],
): Promise<void> {
  const name = `ix_${table}_${suffix.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
  const list = columns.map((column) => `"${column}"`).join(', ');
  await runner.query(`CREATE INDEX ${name} ON ${table} (${list})`);
}

// The order of bytes: a range of terms is a prefix only in it, and cursors compare as the index sorts.
function textType(runner: QueryRunner): string {
  return isPostgres(runner) ? 'varchar COLLATE "C"' : 'varchar';
}

// SQLite stores the rows in the index of their key.
function rowOptions(runner: QueryRunner): string {
  return isPostgres(runner) ? '' : ' WITHOUT ROWID';
}
