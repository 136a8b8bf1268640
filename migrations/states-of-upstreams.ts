import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { changeRouteDefinitions } from './change-route-definitions.js';

const upstreamsSchema = z.array(z.record(z.string(), z.unknown()));

/** Adds `state` and `backup` with their defaults to the upstreams of stored routes. */
export class StatesOfUpstreams1764500000000 implements MigrationInterface {
  readonly name = 'StatesOfUpstreams1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    await changeUpstreams(runner, (upstream) => ({ state: 'active', backup: false, ...upstream }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeUpstreams(runner, (upstream) => {
      delete upstream['state'];
      delete upstream['backup'];
      return upstream;
    });
  }
}

async function changeUpstreams(
  runner: QueryRunner,
  change: (upstream: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  await changeRouteDefinitions(runner, (definition) => ({
    ...definition,
    upstreams: upstreamsSchema.parse(definition['upstreams']).map(change),
  }));
}
