import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ulid } from 'ulid';
import { z } from 'zod';
import { changeRouteDefinitions } from './change-route-definitions.js';

const requestHeadersSchema = z.object({
  set: z.record(z.string(), z.string()),
  remove: z.array(z.string()),
});

/**
 * Adds the id of the fleet, which gateways send in `Via`, and removes `Via` from the header fields that
 * stored routes set and remove, since routes may no longer change it. A new epoch makes the publisher store
 * the whole snapshot again, so that gateways get both. A new database gets its id at the first start, with
 * its epoch.
 */
export class FleetId1764421000000 implements MigrationInterface {
  readonly name = 'FleetId1764421000000';

  // In SQL that both databases understand: adding a nullable column does not copy the table.
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE config_state ADD COLUMN "fleetId" varchar');
    await runner.query('UPDATE config_state SET "fleetId" = $1, epoch = $2', [
      `flt_${ulid().toLowerCase()}`,
      ulid().toLowerCase(),
    ]);
    await changeRouteDefinitions(runner, (definition) => {
      const { set, remove } = requestHeadersSchema.parse(definition['requestHeaders']);
      const kept = {
        set: Object.fromEntries(Object.entries(set).filter(([name]) => !isVia(name))),
        remove: remove.filter((name) => !isVia(name)),
      };
      return { ...definition, requestHeaders: kept };
    });
  }

  // The removed `Via` fields cannot be restored.
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE config_state DROP COLUMN "fleetId"');
  }
}

function isVia(name: string): boolean {
  return name.toLowerCase() === 'via';
}
