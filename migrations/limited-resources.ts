import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = ['listed_routes', 'route_terms', 'listed_api_keys', 'api_key_terms'];

/**
 * Removes the listed rows and terms of routes and keys. The API adds them again at its start, with a term for
 * those that have limits.
 */
export class LimitedResources1764575000000 implements MigrationInterface {
  readonly name = 'LimitedResources1764575000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(`DELETE FROM ${table}`);
  }

  // An older API ignores the terms.
  async down(): Promise<void> {
    await Promise.resolve();
  }
}
