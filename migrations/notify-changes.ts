import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isPostgres } from './is-postgres.js';

/**
 * Lets Postgres notify all API processes of a committed change, on the channel `sluice_changes`, so that they
 * need not poll often. SQLite has no notifications. The recorded name of the migration stays that of its
 * first release.
 */
export class NotifyChanges1764350000000 implements MigrationInterface {
  readonly name = 'ToldChanges1764350000000';

  async up(runner: QueryRunner): Promise<void> {
    if (!isPostgres(runner)) return;
    await runner.query(
      `CREATE FUNCTION sluice_tell_change() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_notify('sluice_changes', TG_TABLE_SCHEMA); RETURN NULL; END $$`,
    );
    await runner.query(
      `CREATE TRIGGER outbox_tells_change AFTER INSERT ON outbox
       FOR EACH STATEMENT EXECUTE FUNCTION sluice_tell_change()`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    if (!isPostgres(runner)) return;
    await runner.query('DROP TRIGGER outbox_tells_change ON outbox');
    await runner.query('DROP FUNCTION sluice_tell_change');
  }
}
