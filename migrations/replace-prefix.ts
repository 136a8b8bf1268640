import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { changeRouteDefinitions } from './change-route-definitions.js';

const rewriteSchema = z.record(z.string(), z.unknown());

/** Adds `rewrite.replacePrefix` with its default to stored routes. */
export class ReplacePrefix1764471000000 implements MigrationInterface {
  readonly name = 'ReplacePrefix1764471000000';

  async up(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      const rewrite = rewriteSchema.parse(definition['rewrite']);
      return { ...definition, rewrite: { ...rewrite, replacePrefix: null } };
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      const rewrite = rewriteSchema.parse(definition['rewrite']);
      delete rewrite['replacePrefix'];
      return { ...definition, rewrite };
    });
  }
}
