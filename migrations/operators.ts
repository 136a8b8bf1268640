import { Table, TableUnique, type MigrationInterface, type QueryRunner } from 'typeorm';

/** Adds operators, each with a token. */
export class Operators1764320000000 implements MigrationInterface {
  readonly name = 'Operators1764320000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(operators);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(operators);
  }
}

const operators = new Table({
  name: 'operators',
  columns: [
    { name: 'id', type: 'varchar', isPrimary: true, primaryKeyConstraintName: 'pk_operators' },
    { name: 'name', type: 'varchar' },
    { name: 'role', type: 'varchar' },
    { name: 'prefix', type: 'varchar' },
    { name: 'secretHash', type: 'varchar' },
    { name: 'revokedAt', type: 'varchar', isNullable: true },
    { name: 'createdAt', type: 'varchar' },
  ],
  uniques: [new TableUnique({ name: 'uq_operators_prefix', columnNames: ['prefix'] })],
});
