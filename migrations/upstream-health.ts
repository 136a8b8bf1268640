import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeRouteDefinitions } from './change-route-definitions.js';

const defaults = {
  healthCheck: null,
  outlierEjection: { consecutiveFailures: 5, shortLivedMs: null, baseMs: 30_000, maxMs: 300_000 },
  onDown: 'keep',
};

/** Adds `healthCheck`, `outlierEjection` and `onDown` with their defaults to stored routes. */
export class UpstreamHealth1764511000000 implements MigrationInterface {
  readonly name = 'UpstreamHealth1764511000000';

  async up(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => ({ ...defaults, ...definition }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      delete definition['healthCheck'];
      delete definition['outlierEjection'];
      delete definition['onDown'];
      return definition;
    });
  }
}
