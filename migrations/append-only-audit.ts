import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An audit entry says what a thing was before and after. Entries are never changed or removed: in SQLite the database
 * itself refuses it. SQL has no word for that which all databases know; on another one no statement of ours does it.
 */
export class AppendOnlyAudit1764330000000 implements MigrationInterface {
  readonly name = 'AppendOnlyAudit1764330000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE audit ADD COLUMN "before" text');
    await runner.query('ALTER TABLE audit ADD COLUMN "after" text');
    if (runner.connection.options.type !== 'sqlite') return;
    for (const act of ['UPDATE', 'DELETE']) {
      await runner.query(
        `CREATE TRIGGER audit_refuses_${act.toLowerCase()} BEFORE ${act} ON audit ` +
          `BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type === 'sqlite') {
      await runner.query('DROP TRIGGER audit_refuses_update');
      await runner.query('DROP TRIGGER audit_refuses_delete');
    }
    await runner.query('ALTER TABLE audit DROP COLUMN "after"');
    await runner.query('ALTER TABLE audit DROP COLUMN "before"');
  }
}
