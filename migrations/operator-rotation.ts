import type { MigrationInterface, QueryRunner } from 'typeorm';

const columns = ['previousPrefix', 'previousSecretHash', 'previousExpiresAt'];

/** Adds the previous token of a rotated operator, and its expiry. */
export class OperatorRotation1764561000000 implements MigrationInterface {
  readonly name = 'OperatorRotation1764561000000';

  // In SQL that both databases understand: adding a nullable column does not copy the table.
  async up(runner: QueryRunner): Promise<void> {
    for (const column of columns) await runner.query(`ALTER TABLE operators ADD COLUMN "${column}" varchar`);
    await runner.query('CREATE INDEX ix_operators_previous_prefix ON operators ("previousPrefix")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_operators_previous_prefix');
    for (const column of columns) await runner.query(`ALTER TABLE operators DROP COLUMN "${column}"`);
  }
}
