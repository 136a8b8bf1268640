import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeRouteDefinitions } from './change-route-definitions.js';

/** Adds `upstreamHost` with its default to stored routes. */
export class UpstreamHost1764420000000 implements MigrationInterface {
  readonly name = 'UpstreamHost1764420000000';

  async up(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => ({ upstreamHost: 'upstream', ...definition }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      delete definition['upstreamHost'];
      return definition;
    });
  }
}
