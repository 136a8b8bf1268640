import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { isPostgres } from './is-postgres.js';

const pageSize = 500;
const tenantsSchema = z.array(z.object({ id: z.string(), hosts: z.string().nullable() }));
const routesSchema = z.array(z.object({ id: z.string(), definition: z.string() }));
const hostsSchema = z.array(z.string());
const definitionSchema = z.object({ match: z.object({ host: z.string() }) });

/**
 * Adds index keys of hosts, which have their labels in reverse order, for routes and for host grants of
 * tenants, so that an index finds other tenants with a host or with hosts below it. Existing tenants keep
 * their `hosts`.
 */
export class HostGrants1764440000000 implements MigrationInterface {
  readonly name = 'HostGrants1764440000000';

  async up(runner: QueryRunner): Promise<void> {
    // A range of keys is a prefix only in byte order, not in the order of a language.
    const hostKey = `"hostKey" varchar${isPostgres(runner) ? ' COLLATE "C"' : ''} NOT NULL`;
    await runner.query(`ALTER TABLE routes ADD COLUMN ${hostKey} DEFAULT ''`);
    await fillRoutes(runner);
    await runner.query('CREATE INDEX ix_routes_host ON routes ("hostKey", "tenantId")');
    await runner.query(
      `CREATE TABLE host_grants (${hostKey}, "tenantId" varchar NOT NULL,
       CONSTRAINT pk_host_grants PRIMARY KEY ("hostKey", "tenantId"),
       CONSTRAINT fk_host_grants_tenant FOREIGN KEY ("tenantId") REFERENCES tenants (id) ON DELETE CASCADE)`,
    );
    await runner.query('CREATE INDEX ix_host_grants_tenant ON host_grants ("tenantId")');
    await fillGrants(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE host_grants');
    await runner.query('DROP INDEX ix_routes_host');
    await runner.query('ALTER TABLE routes DROP COLUMN "hostKey"');
  }
}

async function fillRoutes(runner: QueryRunner): Promise<void> {
  for await (const { id, definition } of rowsOf(runner, 'id, definition FROM routes', routesSchema)) {
    const { match } = definitionSchema.parse(JSON.parse(definition));
    await runner.query('UPDATE routes SET "hostKey" = $1 WHERE id = $2', [keyOf(match.host), id]);
  }
}

async function fillGrants(runner: QueryRunner): Promise<void> {
  for await (const { id, hosts } of rowsOf(runner, 'id, hosts FROM tenants', tenantsSchema)) {
    for (const host of new Set(hosts === null ? [] : hostsSchema.parse(JSON.parse(hosts)))) {
      await runner.query('INSERT INTO host_grants VALUES ($1, $2)', [keyOf(host), id]);
    }
  }
}

async function* rowsOf<Row extends { id: string }>(
  runner: QueryRunner,
  selection: string,
  schema: z.ZodType<Row[]>,
): AsyncGenerator<Row> {
  let after = '';
  for (;;) {
    const select = `SELECT ${selection} WHERE id > $1 ORDER BY id LIMIT $2`;
    const rows = schema.parse(await runner.query(select, [after, pageSize]));
    yield* rows;
    after = rows.at(-1)?.id ?? after;
    if (rows.length < pageSize) return;
  }
}

function keyOf(host: string): string {
  return `${host.split('.').reverse().join('.')}.`;
}
