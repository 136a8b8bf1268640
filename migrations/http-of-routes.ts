import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { changeRouteDefinitions } from './change-route-definitions.js';

const timeoutsSchema = z.record(z.string(), z.unknown());

/** Adds ordinary HTTP to routes; stored ones continue to refuse it. */
export class HttpOfRoutes1764574000000 implements MigrationInterface {
  readonly name = 'HttpOfRoutes1764574000000';

  async up(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => ({
      http: 'refuse',
      maxRequestBytes: null,
      requestsPerSecond: null,
      ...definition,
      timeouts: { responseMs: 60_000, ...timeoutsSchema.parse(definition['timeouts'] ?? {}) },
    }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      delete definition['http'];
      delete definition['maxRequestBytes'];
      delete definition['requestsPerSecond'];
      const timeouts = timeoutsSchema.parse(definition['timeouts']);
      delete timeouts['responseMs'];
      return { ...definition, timeouts };
    });
  }
}
