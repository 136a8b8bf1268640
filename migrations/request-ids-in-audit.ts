import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Audit entries get the id of their request; older entries have none. */
export class RequestIdsInAudit1764540000000 implements MigrationInterface {
  readonly name = 'RequestIdsInAudit1764540000000';

  // In SQL that both databases understand: adding a nullable column does not copy the table.
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE audit ADD COLUMN "requestId" varchar');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE audit DROP COLUMN "requestId"');
  }
}
