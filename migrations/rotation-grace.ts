import type { MigrationInterface, QueryRunner } from 'typeorm';

const columns = ['previousPrefix', 'previousSecretHash', 'previousExpiresAt'];

/** The secret that an API key had before it was rotated, and until when it is good. */
export class RotationGrace1764340000000 implements MigrationInterface {
  readonly name = 'RotationGrace1764340000000';

  // In SQL of both databases: a column that may be null is added without copying the table.
  async up(runner: QueryRunner): Promise<void> {
    for (const column of columns) await runner.query(`ALTER TABLE api_keys ADD COLUMN "${column}" varchar`);
    await runner.query('CREATE INDEX ix_api_keys_previous_prefix ON api_keys ("previousPrefix")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_api_keys_previous_prefix');
    for (const column of columns) await runner.query(`ALTER TABLE api_keys DROP COLUMN "${column}"`);
  }
}
