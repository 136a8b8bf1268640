import {
  Table,
  TableForeignKey,
  TableIndex,
  type MigrationInterface,
  type QueryRunner,
  type TableColumnOptions,
} from 'typeorm';
import { changeRouteDefinitions } from './change-route-definitions.js';

/** Adds labels to tenants, routes and API keys, none to stored ones, and a table by which they are found. */
export class Labels1764532000000 implements MigrationInterface {
  readonly name = 'Labels1764532000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE tenants ADD COLUMN labels text NOT NULL DEFAULT '{}'`);
    await runner.query(`ALTER TABLE api_keys ADD COLUMN labels text NOT NULL DEFAULT '{}'`);
    await changeRouteDefinitions(runner, (definition) => ({ labels: {}, ...definition }));
    await runner.createTable(resourceLabels);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(resourceLabels);
    await changeRouteDefinitions(runner, (definition) => {
      delete definition['labels'];
      return definition;
    });
    await runner.query('ALTER TABLE api_keys DROP COLUMN labels');
    await runner.query('ALTER TABLE tenants DROP COLUMN labels');
  }
}

const constraint = 'pk_resource_labels';

const resourceLabels = new Table({
  name: 'resource_labels',
  columns: [
    column('kind'),
    column('tenantId'),
    { ...column('resourceId'), isPrimary: true, primaryKeyConstraintName: constraint },
    { ...column('name'), isPrimary: true, primaryKeyConstraintName: constraint },
    column('value'),
  ],
  indices: [
    new TableIndex({
      name: 'ix_resource_labels_value',
      columnNames: ['kind', 'name', 'value', 'resourceId'],
    }),
    new TableIndex({
      name: 'ix_resource_labels_tenant',
      columnNames: ['tenantId', 'kind', 'name', 'value', 'resourceId'],
    }),
  ],
  foreignKeys: [
    new TableForeignKey({
      name: 'fk_resource_labels_tenant',
      columnNames: ['tenantId'],
      referencedTableName: 'tenants',
      referencedColumnNames: ['id'],
      onDelete: 'CASCADE',
    }),
  ],
});

function column(name: string): TableColumnOptions {
  return { name, type: 'varchar' };
}
