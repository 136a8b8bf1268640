import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isPostgres } from './is-postgres.js';

/**
 * Allows a transaction to remove old audit entries, if it first writes the id of the last one into
 * `audit_pruning`, and deletes that row before it ends. Other removals, and all changes of entries, are still
 * refused.
 */
export class AuditPruning1764440200000 implements MigrationInterface {
  readonly name = 'AuditPruning1764440200000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = isPostgres(runner) ? postgres : sqlite;
    await runner.query(`CREATE TABLE audit_pruning ("before" varchar NOT NULL)`);
    for (const statement of statements.up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    const statements = isPostgres(runner) ? postgres : sqlite;
    for (const statement of statements.down) await runner.query(statement);
    await runner.query('DROP TABLE audit_pruning');
  }
}

const refusal = 'the audit trail is append-only';

const sqlite = {
  up: [
    'DROP TRIGGER audit_refuses_delete',
    `CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit
     WHEN NOT EXISTS (SELECT 1 FROM audit_pruning WHERE OLD.id < "before")
     BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
  ],
  down: [
    'DROP TRIGGER audit_refuses_delete',
    `CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
  ],
};

const postgres = {
  up: [
    'DROP TRIGGER audit_refuses_change ON audit',
    `CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR TRUNCATE ON audit
     FOR EACH STATEMENT EXECUTE FUNCTION sluice_refuse_audit_change()`,
    `CREATE FUNCTION sluice_refuse_audit_deletion() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN
       IF EXISTS (SELECT 1 FROM audit_pruning WHERE OLD.id < "before" COLLATE "C") THEN RETURN OLD; END IF;
       RAISE EXCEPTION '${refusal}';
     END $$`,
    `CREATE TRIGGER audit_refuses_deletion BEFORE DELETE ON audit
     FOR EACH ROW EXECUTE FUNCTION sluice_refuse_audit_deletion()`,
  ],
  down: [
    'DROP TRIGGER audit_refuses_deletion ON audit',
    'DROP FUNCTION sluice_refuse_audit_deletion',
    'DROP TRIGGER audit_refuses_change ON audit',
    `CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
     FOR EACH STATEMENT EXECUTE FUNCTION sluice_refuse_audit_change()`,
  ],
};
