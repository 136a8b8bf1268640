import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeRouteDefinitions } from './change-route-definitions.js';

/** Adds rates to routes and API keys, none to stored ones. */
export class RatesOfRoutesAndKeys1764571000000 implements MigrationInterface {
  readonly name = 'RatesOfRoutesAndKeys1764571000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const rate of rates) await runner.query(`ALTER TABLE api_keys ADD COLUMN "${rate}" bigint`);
    await changeRouteDefinitions(runner, (definition) => ({
      messagesPerSecond: null,
      bytesPerSecond: null,
      ...definition,
    }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      delete definition['messagesPerSecond'];
      delete definition['bytesPerSecond'];
      return definition;
    });
    for (const rate of rates) await runner.query(`ALTER TABLE api_keys DROP COLUMN "${rate}"`);
  }
}

const rates = ['messagesPerSecond', 'bytesPerSecond'] as const;
