import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { changeRouteDefinitions } from './change-route-definitions.js';

const rewriteSchema = z.record(z.string(), z.unknown());

/** Adds `rewrite.redirects` and `rewrite.cookies` with their defaults to stored routes. */
export class MappedAnswers1764502000000 implements MigrationInterface {
  readonly name = 'MappedAnswers1764502000000';

  async up(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      const rewrite = rewriteSchema.parse(definition['rewrite']);
      return { ...definition, rewrite: { ...rewrite, redirects: 'pass', cookies: 'pass' } };
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      const rewrite = rewriteSchema.parse(definition['rewrite']);
      delete rewrite['redirects'];
      delete rewrite['cookies'];
      return { ...definition, rewrite };
    });
  }
}
