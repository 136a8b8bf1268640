import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { changeRouteDefinitions } from './change-route-definitions.js';

const authSchema = z.record(z.string(), z.unknown());

/** Adds `auth.jwt` with its default to stored routes. */
export class RouteJwt1764200000000 implements MigrationInterface {
  readonly name = 'RouteJwt1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => ({
      ...definition,
      auth: { ...authSchema.parse(definition['auth']), jwt: null },
    }));
  }

  // A route that takes tokens becomes one that takes keys: the previous version has no stricter mode.
  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      const auth = authSchema.parse(definition['auth']);
      delete auth['jwt'];
      return { ...definition, auth: auth['mode'] === 'jwt' ? { ...auth, mode: 'apiKey' } : auth };
    });
  }
}
