import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeRouteDefinitions } from './change-route-definitions.js';

/** Adds `maintenance` to tenants and to stored routes: none is under maintenance. */
export class Maintenance1764521000000 implements MigrationInterface {
  readonly name = 'Maintenance1764521000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tenants ADD COLUMN maintenance text');
    await changeRouteDefinitions(runner, (definition) => ({ maintenance: null, ...definition }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      delete definition['maintenance'];
      return definition;
    });
    await runner.query('ALTER TABLE tenants DROP COLUMN maintenance');
  }
}
