import { Table, TableForeignKey, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { changeRouteDefinitions } from './change-route-definitions.js';

const quota = { connections: null, connectionMinutes: null, messages: null, bytes: null };

/**
 * Adds quotas to tenants, routes and API keys, none to stored ones, and tables of all quotas and
 * of those that are used up.
 */
export class Quotas1764541000000 implements MigrationInterface {
  readonly name = 'Quotas1764541000000';

  async up(runner: QueryRunner): Promise<void> {
    const none = `text NOT NULL DEFAULT '${JSON.stringify(quota)}'`;
    for (const table of ['tenants', 'api_keys']) {
      await runner.query(`ALTER TABLE ${table} ADD COLUMN quota ${none}`);
    }
    await changeRouteDefinitions(runner, (definition) => ({ quota, ...definition }));
    await runner.createTable(quotas);
    await runner.createTable(exhaustions);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(exhaustions);
    await runner.dropTable(quotas);
    await changeRouteDefinitions(runner, (definition) => {
      delete definition['quota'];
      return definition;
    });
    for (const table of ['api_keys', 'tenants']) {
      await runner.query(`ALTER TABLE ${table} DROP COLUMN quota`);
    }
  }
}

const quotas = new Table({
  name: 'quotas',
  columns: [
    { name: 'subjectId', type: 'varchar', isPrimary: true, primaryKeyConstraintName: 'pk_quotas' },
    { name: 'tenantId', type: 'varchar' },
    { name: 'quota', type: 'text' },
  ],
  foreignKeys: [ofTenant('fk_quotas_tenant')],
});

const exhaustions = new Table({
  name: 'exhaustions',
  columns: [
    { name: 'id', type: 'varchar', isPrimary: true, primaryKeyConstraintName: 'pk_exhaustions' },
    { name: 'tenantId', type: 'varchar' },
    { name: 'subjectId', type: 'varchar' },
    { name: 'until', type: 'varchar' },
    { name: 'closesLive', type: 'boolean' },
  ],
  indices: [new TableIndex({ name: 'ix_exhaustions_tenant', columnNames: ['tenantId'] })],
  foreignKeys: [ofTenant('fk_exhaustions_tenant')],
});

function ofTenant(name: string): TableForeignKey {
  return new TableForeignKey({
    name,
    columnNames: ['tenantId'],
    referencedTableName: 'tenants',
    referencedColumnNames: ['id'],
    onDelete: 'CASCADE',
  });
}
