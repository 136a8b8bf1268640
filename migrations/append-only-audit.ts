import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isPostgres } from './is-postgres.js';

/**
 * Audit entries get the state of their target before and after. Triggers refuse to change or remove entries;
 * their syntax differs by database.
 */
export class AppendOnlyAudit1764330000000 implements MigrationInterface {
  readonly name = 'AppendOnlyAudit1764330000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE audit ADD COLUMN "before" text');
    await runner.query('ALTER TABLE audit ADD COLUMN "after" text');
    for (const statement of isPostgres(runner) ? postgres.up : sqlite.up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of isPostgres(runner) ? postgres.down : sqlite.down) await runner.query(statement);
    await runner.query('ALTER TABLE audit DROP COLUMN "after"');
    await runner.query('ALTER TABLE audit DROP COLUMN "before"');
  }
}

const sqlite = {
  up: ['UPDATE', 'DELETE'].map(
    (act) =>
      `CREATE TRIGGER audit_refuses_${act.toLowerCase()} BEFORE ${act} ON audit ` +
      `BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END`,
  ),
  down: ['DROP TRIGGER audit_refuses_update', 'DROP TRIGGER audit_refuses_delete'],
};

const postgres = {
  up: [
    `CREATE FUNCTION sluice_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$`,
    `CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
     FOR EACH STATEMENT EXECUTE FUNCTION sluice_refuse_audit_change()`,
  ],
  down: ['DROP TRIGGER audit_refuses_change ON audit', 'DROP FUNCTION sluice_refuse_audit_change'],
};
