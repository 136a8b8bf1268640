import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isPostgres } from './is-postgres.js';

/**
 * The size of each row of the outbox, in an index with the revisions, so that what they take together is known without
 * reading them.
 */
export class OutboxBytes1764440100000 implements MigrationInterface {
  readonly name = 'OutboxBytes1764440100000';

  async up(runner: QueryRunner): Promise<void> {
    // A column of SQLite that is added can only be computed when it is read; the index stores it.
    const bytes = isPostgres(runner)
      ? 'bytes bigint GENERATED ALWAYS AS (octet_length(entries)) STORED'
      : 'bytes integer GENERATED ALWAYS AS (length(CAST(entries AS blob))) VIRTUAL';
    await runner.query(`ALTER TABLE outbox ADD COLUMN ${bytes}`);
    await runner.query('CREATE INDEX ix_outbox_bytes ON outbox (revision, bytes)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_outbox_bytes');
    await runner.query('ALTER TABLE outbox DROP COLUMN bytes');
  }
}
