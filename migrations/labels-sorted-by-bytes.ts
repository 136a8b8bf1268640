import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isPostgres } from './is-postgres.js';

/**
 * Compares the resources of labels by bytes on Postgres, as lists do. With different collations, no index
 * finds the labels of a listed row.
 */
export class LabelsSortedByBytes1764572000000 implements MigrationInterface {
  readonly name = 'LabelsSortedByBytes1764572000000';

  async up(runner: QueryRunner): Promise<void> {
    await collate(runner, 'C');
  }

  async down(runner: QueryRunner): Promise<void> {
    await collate(runner, 'default');
  }
}

async function collate(runner: QueryRunner, collation: string): Promise<void> {
  if (!isPostgres(runner)) return;
  const type = `varchar COLLATE "${collation}"`;
  await runner.query(`ALTER TABLE resource_labels ALTER COLUMN "resourceId" TYPE ${type}`);
}
