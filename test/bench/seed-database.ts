import type { ConfigEntry, Tenant } from '#libs/contract';
import { apiKeyColumnsOf, type ApiKeyRow } from '../../apps/api/database/entities/api-key.entity.js';
import { routeColumnsOf, type RouteRow } from '../../apps/api/database/entities/route.entity.js';
import { openDatabase } from '../../apps/api/database/open-database.js';
import type { Database } from '../../apps/api/database/database.js';
import { TenantEntity } from '../../apps/api/database/entities/tenant.entity.js';
import { resources } from '../../apps/api/resources/resources.js';
import { insertRows } from '../../apps/api/resources/stored-rows.js';

import { listedRows, type ListSize } from './listed-rows.js';

interface Rows {
  tenants: Tenant[];
  routes: RouteRow[];
  apiKeys: ApiKeyRow[];
}

const at = '2026-01-01T00:00:00.000Z';

/**
 * Writes a configuration into a new database file as REST calls would, but without their revisions: the API
 * finds it at revision 0 of a new epoch, and publishes it as a snapshot.
 */
export async function seedDatabase(databaseUrl: string, entries: Iterable<ConfigEntry>): Promise<void> {
  const rows: Rows = { tenants: [], routes: [], apiKeys: [] };
  for (const entry of entries) addRow(rows, entry);
  const database = await openDatabase(databaseUrl);
  try {
    await database.write(async (manager) => {
      await insertRows(manager, resources.tenants, rows.tenants);
      await insertRows(manager, resources.routes, rows.routes);
      await insertRows(manager, resources.apiKeys, rows.apiKeys);
    });
  } finally {
    await database.close();
  }
}

/** Fills a database for lists; false if it has tenants already. */
export async function seedLists(database: Database, size: ListSize): Promise<boolean> {
  if (await database.read.exists(TenantEntity)) return false;
  const rows = listedRows(size);
  await database.write(async (manager) => {
    await insertRows(manager, resources.tenants, rows.tenants);
    await insertRows(manager, resources.routes, rows.routes);
    await insertRows(manager, resources.apiKeys, rows.apiKeys);
  });
  return true;
}

function addRow(rows: Rows, { kind, value }: ConfigEntry): void {
  if (value === null) return;
  switch (kind) {
    case 'tenant': {
      const limits = { ...value.limits, maxRoutes: null, maxApiKeys: null };
      rows.tenants.push({ ...value, limits, hosts: null, name: value.slug, createdAt: at, updatedAt: at });
      return;
    }
    case 'route': {
      const { id, tenantId, ...definition } = value;
      rows.routes.push({
        id,
        tenantId,
        ...routeColumnsOf(tenantId, definition),
        definition,
        createdAt: at,
        updatedAt: at,
      });
      return;
    }
    case 'apiKey': {
      const noPrevious = { previousPrefix: null, previousSecretHash: null, previousExpiresAt: null };
      const times = { revokedAt: null, lastUsedAt: null, createdAt: at };
      const row = { ...value, ...noPrevious, ...times };
      rows.apiKeys.push({ ...row, ...apiKeyColumnsOf(row) });
      return;
    }
    case 'stickyKey':
    case 'exhaustion':
      throw new Error('a seeded configuration has no sticky routes and no quotas');
  }
}
