import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan, type EntityManager } from 'typeorm';
import type { ConfigEntry, ConfigSnapshot } from '#libs/contract';
import { ApiKeyEntity } from '../api-keys/api-key.entity.js';
import { apiKeyEntry } from '../api-keys/published-api-key.js';
import { Database } from '../database/database.js';
import { routeEntry } from '../routes/published-route.js';
import { RouteEntity } from '../routes/route.entity.js';
import { tenantEntry } from '../tenants/published-tenant.js';
import { TenantEntity } from '../tenants/tenant.entity.js';
import { ConfigStateEntity, configStateId } from './config-state.entity.js';

// Turning 500 routes into objects takes a few milliseconds; between two pages other requests are served.
const pageSize = 500;

/** Reads the whole published configuration at one revision. */
@Injectable()
export class SnapshotReader {
  constructor(private readonly database: Database) {}

  /** Writes that are committed meanwhile are not seen; they are not held up either. */
  read(): Promise<ConfigSnapshot> {
    return this.database.readOneMoment(async (manager) => {
      const { epoch, revision } = await manager.findOneByOrFail(ConfigStateEntity, { id: configStateId });
      const entries: ConfigEntry[] = [];
      await eachPage((after) => tenantsAfter(manager, after), tenantEntry, entries);
      await eachPage((after) => routesAfter(manager, after), routeEntry, entries);
      await eachPage((after) => keysAfter(manager, after), apiKeyEntry, entries);
      return { epoch, revision, entries };
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

async function eachPage<Row extends { id: string }>(
  readAfter: (after: string) => Promise<Row[]>,
  toEntry: (row: Row) => ConfigEntry,
  entries: ConfigEntry[],
): Promise<void> {
  let after = '';
  for (;;) {
    const page = await readAfter(after);
    for (const row of page) entries.push(toEntry(row));
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.id;
  }
}
