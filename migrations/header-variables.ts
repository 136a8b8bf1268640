import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ulid } from 'ulid';
import { z } from 'zod';
import { changeRouteDefinitions } from './change-route-definitions.js';

const requestHeadersSchema = z.looseObject({ set: z.record(z.string(), z.string()) });

/**
 * Escapes dollars in the values of `requestHeaders.set` of stored routes, which become variables otherwise,
 * and adds `responseHeaders` with its default. A new epoch makes the publisher store the whole snapshot
 * again, so that gateways get the names of API keys.
 */
export class HeaderVariables1764501000000 implements MigrationInterface {
  readonly name = 'HeaderVariables1764501000000';

  async up(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => ({
      ...changeSetValues(definition, (value) => value.replaceAll('$', '$$$$')),
      responseHeaders: { set: {}, remove: [] },
    }));
    await runner.query('UPDATE config_state SET epoch = $1', [ulid().toLowerCase()]);
  }

  // The previous version sends variables as they are written.
  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      delete definition['responseHeaders'];
      return changeSetValues(definition, (value) => value.replaceAll('$$', '$'));
    });
  }
}

function changeSetValues(
  definition: Record<string, unknown>,
  change: (value: string) => string,
): Record<string, unknown> {
  const requestHeaders = requestHeadersSchema.parse(definition['requestHeaders']);
  const set = Object.entries(requestHeaders.set).map(([name, value]) => [name, change(value)]);
  return { ...definition, requestHeaders: { ...requestHeaders, set: Object.fromEntries(set) as unknown } };
}
