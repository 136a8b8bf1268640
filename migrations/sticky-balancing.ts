import { Table, TableForeignKey, TableUnique, type MigrationInterface, type QueryRunner } from 'typeorm';
import { changeRouteDefinitions } from './change-route-definitions.js';

const stickyCookie = {
  name: 'sluice_upstream',
  sameSite: 'lax',
  secure: false,
  partitioned: false,
  maxAgeSeconds: null,
};

/** Adds the keys that sign sticky cookies, and `stickyCookie` with its defaults to stored routes. */
export class StickyBalancing1764530000000 implements MigrationInterface {
  readonly name = 'StickyBalancing1764530000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(stickyKeys);
    await changeRouteDefinitions(runner, (definition) => ({ stickyCookie, ...definition }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      delete definition['stickyCookie'];
      return definition;
    });
    await runner.dropTable(stickyKeys);
  }
}

const stickyKeys = new Table({
  name: 'sticky_keys',
  columns: [
    { name: 'id', type: 'varchar', isPrimary: true, primaryKeyConstraintName: 'pk_sticky_keys' },
    { name: 'tenantId', type: 'varchar' },
    { name: 'secret', type: 'varchar' },
    { name: 'previousSecret', type: 'varchar', isNullable: true },
    { name: 'rotatedAt', type: 'varchar' },
  ],
  uniques: [new TableUnique({ name: 'uq_sticky_keys_tenant', columnNames: ['tenantId'] })],
  foreignKeys: [
    new TableForeignKey({
      name: 'fk_sticky_keys_tenant',
      columnNames: ['tenantId'],
      referencedTableName: 'tenants',
      referencedColumnNames: ['id'],
      onDelete: 'CASCADE',
    }),
  ],
});
