import type { MigrationInterface, QueryRunner } from 'typeorm';

const columns = ['previousPrefix', 'previousSecretHash', 'previousExpiresAt'];

/** Adds the previous secret of a rotated API key, and its expiry. */
export class RotationGrace1764340000000 implements MigrationInterface {
  readonly name = 'RotationGrace1764340000000';

  // In SQL that both databases understand: adding a nullable column does not copy the table.
  async up(runner: QueryRunner): Promise<void> {
    for (const column of columns) await runner.query(`ALTER TABLE api_keys ADD COLUMN "${column}" varchar`);
    await runner.query('CREATE INDEX ix_api_keys_previous_prefix ON api_keys ("previousPrefix")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_api_keys_previous_prefix');
    for (const column of columns) await runner.query(`ALTER TABLE api_keys DROP COLUMN "${column}"`);
  }
}
