import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeRouteDefinitions } from './change-route-definitions.js';

/** Adds `retries` with its defaults to stored routes. */
export class RouteRetries1764520000000 implements MigrationInterface {
  readonly name = 'RouteRetries1764520000000';

  async up(runner: QueryRunner): Promise<void> {
    const retries = { attempts: 2, budgetPercent: 20, minPerSecond: 10 };
    await changeRouteDefinitions(runner, (definition) => ({ retries, ...definition }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      delete definition['retries'];
      return definition;
    });
  }
}
