import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers stored for an `Idempotency-Key` get the revision of their request; older answers have none. */
export class RevisionOfStoredAnswers1764570000000 implements MigrationInterface {
  readonly name = 'RevisionOfStoredAnswers1764570000000';

  // In SQL that both databases understand: adding a nullable column does not copy the table.
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE idempotency_keys ADD COLUMN "revision" bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE idempotency_keys DROP COLUMN "revision"');
  }
}
