import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeRouteDefinitions } from './change-route-definitions.js';

const added = { hashKey: null, balanceFactor: null, slowStartMs: null };

/** Adds the fields of balancing with their defaults to stored routes. */
export class BalancingOfRoutes1764510000000 implements MigrationInterface {
  readonly name = 'BalancingOfRoutes1764510000000';

  async up(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => ({ ...added, ...definition }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) =>
      Object.fromEntries(Object.entries(definition).filter(([name]) => !(name in added))),
    );
  }
}
