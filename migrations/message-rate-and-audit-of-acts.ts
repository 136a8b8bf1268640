import { TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { changeRouteDefinitions } from './change-route-definitions.js';
import { isPostgres } from './is-postgres.js';

/**
 * Adds `onMessageRate` with its default to stored routes. An audit entry may have no tenant, and gets the
 * parameters of its action.
 */
export class MessageRateAndAuditOfActs1764100000000 implements MigrationInterface {
  readonly name = 'MessageRateAndAuditOfActs1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => ({ onMessageRate: 'slow', ...definition }));
    await changeTenantColumn(runner, { isNullable: true });
    await runner.addColumn('audit', new TableColumn({ name: 'details', type: 'text', isNullable: true }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('audit', 'details');
    await runner.query(`UPDATE audit SET "tenantId" = '' WHERE "tenantId" IS NULL`);
    await changeTenantColumn(runner, { isNullable: false });
    await changeRouteDefinitions(runner, (definition) => {
      delete definition['onMessageRate'];
      return definition;
    });
  }
}

// SQLite has no statement for this; on Postgres TypeORM would drop and recreate the column.
async function changeTenantColumn(
  runner: QueryRunner,
  { isNullable }: { isNullable: boolean },
): Promise<void> {
  if (isPostgres(runner)) {
    await runner.query(`ALTER TABLE audit ALTER COLUMN "tenantId" ${isNullable ? 'DROP' : 'SET'} NOT NULL`);
    return;
  }
  const column = new TableColumn({ name: 'tenantId', type: 'varchar', isNullable });
  await runner.changeColumn('audit', 'tenantId', column);
}
