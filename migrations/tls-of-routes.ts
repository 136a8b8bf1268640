import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeRouteDefinitions } from './change-route-definitions.js';

/** Stored routes get the default of `clientCertificate`, which they were made without. */
export class TlsOfRoutes1764320000000 implements MigrationInterface {
  readonly name = 'TlsOfRoutes1764320000000';

  async up(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => ({ clientCertificate: 'none', ...definition }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      delete definition['clientCertificate'];
      return definition;
    });
  }
}
