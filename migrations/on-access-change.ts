import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeRouteDefinitions } from './change-route-definitions.js';

/** Adds `onAccessChange` with its default to stored routes. */
export class OnAccessChange1764460000000 implements MigrationInterface {
  readonly name = 'OnAccessChange1764460000000';

  async up(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => ({ onAccessChange: 'keep', ...definition }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      delete definition['onAccessChange'];
      return definition;
    });
  }
}
