import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isPostgres } from './is-postgres.js';

/**
 * Adds the size of each outbox row, in an index with the revisions, so that their total size is known without
 * reading the rows.
 */
export class OutboxBytes1764440100000 implements MigrationInterface {
  readonly name = 'OutboxBytes1764440100000';

  async up(runner: QueryRunner): Promise<void> {
    // SQLite can add only virtual generated columns; the index stores the value.
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
