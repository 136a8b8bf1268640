import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan, type EntityManager } from 'typeorm';
import type { ConfigEntry, ConfigSnapshot } from '#libs/contract';
import { apiKeyEntry } from '../api-keys/published-api-key.js';
import { Database } from '../database/database.js';
import { eachPage, pageSize } from '../database/each-page.js';
import { ApiKeyEntity } from '../database/entities/api-key.entity.js';
import { ConfigStateEntity, configStateId } from '../database/entities/config-state.entity.js';
import { RouteEntity } from '../database/entities/route.entity.js';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { routeEntry } from '../routes/published-route.js';
import { tenantEntry } from '../tenants/published-tenant.js';

/** Reads the whole published configuration at one revision. */
@Injectable()
export class SnapshotReader {
  constructor(private readonly database: Database) {}

  /** Writes that are committed meanwhile are not seen; they are not held up either. */
  read(): Promise<ConfigSnapshot> {
    return this.database.readOneMoment(async (manager) => {
      const state = await manager.findOneByOrFail(ConfigStateEntity, { id: configStateId });
      const { epoch, revision, fleetId } = state;
      const entries: ConfigEntry[] = [];
      for await (const page of eachPage((after) => tenantsAfter(manager, after))) {
        for (const tenant of page) entries.push(tenantEntry(tenant));
      }
      for await (const page of eachPage((after) => routesAfter(manager, after))) {
        for (const route of page) entries.push(routeEntry(route));
      }
      for await (const page of eachPage((after) => keysAfter(manager, after))) {
        for (const apiKey of page) entries.push(apiKeyEntry(apiKey));
      }
      return { epoch, revision, fleetId, entries };
    });
  }
}

const order = { id: 'ASC' } as const;

function tenantsAfter(manager: EntityManager, after: string): Promise<Parameters<typeof tenantEntry>[0][]> {
  return manager.find(TenantEntity, { where: { id: MoreThan(after) }, order, take: pageSize });
}

function routesAfter(manager: EntityManager, after: string): Promise<Parameters<typeof routeEntry>[0][]> {
  return manager.find(RouteEntity, { where: { id: MoreThan(after) }, order, take: pageSize });
}

function keysAfter(manager: EntityManager, after: string): Promise<Parameters<typeof apiKeyEntry>[0][]> {
  const where = { id: MoreThan(after), revokedAt: IsNull() };
  return manager.find(ApiKeyEntity, { where, order, take: pageSize });
}
