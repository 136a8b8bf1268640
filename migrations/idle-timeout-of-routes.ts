import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ulid } from 'ulid';
import { z } from 'zod';
import { changeRouteDefinitions } from './change-route-definitions.js';

const formerDefaultMs = 60_000;
const timeoutsSchema = z.record(z.string(), z.unknown());

/**
 * Removes the idle timeout of stored routes that have the former default of one minute. A timeout that an
 * operator set to that value cannot be distinguished from the default. A new epoch makes the publisher store
 * the whole snapshot again, so that gateways get the changed routes.
 */
export class IdleTimeoutOfRoutes1764430000000 implements MigrationInterface {
  readonly name = 'IdleTimeoutOfRoutes1764430000000';

  async up(runner: QueryRunner): Promise<void> {
    const changed = await changeRouteDefinitions(runner, (definition) => {
      const timeouts = timeoutsSchema.parse(definition['timeouts']);
      if (timeouts['idleMs'] !== formerDefaultMs) return definition;
      return { ...definition, timeouts: { ...timeouts, idleMs: null } };
    });
    if (changed === 0) return;
    await runner.query('UPDATE config_state SET epoch = $1', [ulid().toLowerCase()]);
  }

  // The previous version accepts routes without an idle timeout.
  async down(): Promise<void> {
    // It is unknown which routes had the former default.
  }
}
