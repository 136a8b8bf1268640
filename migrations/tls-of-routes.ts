import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeRouteDefinitions } from './change-route-definitions.js';

/** Adds `clientCertificate` and `upstreamTls` with their defaults to stored routes. */
export class TlsOfRoutes1764320000000 implements MigrationInterface {
  readonly name = 'TlsOfRoutes1764320000000';

  async up(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => ({
      clientCertificate: 'none',
      upstreamTls: { verify: true, serverName: null, ca: null, clientCertificate: null, clientKey: null },
      ...definition,
    }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeRouteDefinitions(runner, (definition) => {
      delete definition['clientCertificate'];
      delete definition['upstreamTls'];
      return definition;
    });
  }
}
