import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { changeRouteDefinitions } from './change-route-definitions.js';

const matchSchema = z.record(z.string(), z.unknown());

/** Adds `match.encodedSlash` with its default to stored routes. */
export class EncodedSlash1764410000000 implements MigrationInterface {
  readonly name = 'EncodedSlash1764410000000';

  async up(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      const match = matchSchema.parse(definition['match']);
      return { ...definition, match: { ...match, encodedSlash: match['encodedSlash'] ?? 'refuse' } };
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      const match = matchSchema.parse(definition['match']);
      delete match['encodedSlash'];
      return { ...definition, match };
    });
  }
}
