import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { changeRouteDefinitions } from './change-route-definitions.js';

const matchSchema = z.record(z.string(), z.unknown());

/**
 * Adds `match.headers` and `match.query` with their default to stored routes, and the place that routes with
 * conditions share, in an index by which they are counted. Routes without conditions keep their `claim`.
 */
export class ConditionsOfRoutes1764531000000 implements MigrationInterface {
  readonly name = 'ConditionsOfRoutes1764531000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE routes ADD COLUMN "sharedPlace" varchar');
    await runner.query('CREATE INDEX ix_routes_shared_place ON routes ("sharedPlace")');
    await changeRouteDefinitions(runner, (definition) => {
      const match = matchSchema.parse(definition['match']);
      return { ...definition, match: { ...match, headers: null, query: null } };
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      const match = matchSchema.parse(definition['match']);
      delete match['headers'];
      delete match['query'];
      return { ...definition, match };
    });
    await runner.query('DROP INDEX ix_routes_shared_place');
    await runner.query('ALTER TABLE routes DROP COLUMN "sharedPlace"');
  }
}
