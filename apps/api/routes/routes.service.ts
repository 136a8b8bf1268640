import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { MoreThan, type EntityManager } from 'typeorm';
import { newId, routeCreateSchema, type Route, type RouteCreate, type Tenant } from '#libs/contract';
import { Database } from '../database/database.js';
import { requireMatch } from '../http/etag.js';
import { pageStart, toPage, type Page, type PageQuery } from '../http/page.js';
import { patched } from '../http/patched.js';
import { noSuch } from '../http/references.js';
import { refuseDuplicate } from '../http/refuse-duplicate.js';
import type { RequestContext } from '../http/request-context.js';
import { ConfigurationWriter } from '../publishing/configuration-writer.js';
import { requireClaimable } from '../tenants/claimable-hosts.js';
import { requireRoomForRoute } from '../tenants/quota.js';
import { findTenant } from '../tenants/tenant-lookup.js';
import { routeEntry } from './published-route.js';
import { RouteEntity, type RouteRow } from './route.entity.js';

@Injectable()
export class RoutesService {
  constructor(
    private readonly writer: ConfigurationWriter,
    private readonly database: Database,
  ) {}

  create(context: RequestContext, tenant: string, definition: RouteCreate): Promise<Route> {
    return this.writer.commit(context, async (draft) => {
      const owner = await findTenant(draft.manager, context.principal, tenant);
      requireClaimable(owner, definition.match.host);
      await requireRoomForRoute(draft.manager, owner);
      const { id: tenantId } = owner;
      const times = { createdAt: draft.at, updatedAt: draft.at };
      const row: RouteRow = {
        id: newId('route'),
        tenantId,
        claim: claimOf(definition),
        definition,
        ...times,
      };
      await refuseConflict(definition, draft.manager.insert(RouteEntity, row));
      draft.record({ action: 'route.create', targetId: row.id, tenantId }, [routeEntry(row)]);
      return routeOf(row);
    });
  }

  async list({ principal }: RequestContext, tenant: string, page: PageQuery): Promise<Page<Route>> {
    const { id: tenantId } = await findTenant(this.database.read, principal, tenant);
    const rows = await this.database.read.find(RouteEntity, {
      where: { tenantId, id: MoreThan(pageStart('route', page.cursor)) },
      order: { id: 'ASC' },
      take: page.limit + 1,
    });
    return toPage(rows, page.limit, routeOf);
  }

  async get({ principal }: RequestContext, tenant: string, route: string): Promise<Route> {
    const owner = await findTenant(this.database.read, principal, tenant);
    return routeOf(await findRoute(this.database.read, owner, route));
  }

  replace(context: RequestContext, tenant: string, route: string, definition: RouteCreate): Promise<Route> {
    return this.change(context, tenant, route, () => definition);
  }

  update(
    context: RequestContext,
    tenant: string,
    route: string,
    patch: Record<string, unknown>,
  ): Promise<Route> {
    return this.change(context, tenant, route, (current) => patched(routeCreateSchema, current, patch));
  }

  /** Keys that name the route keep its id, which grants nothing: so no key ever comes to mean more than before. */
  async delete(context: RequestContext, tenant: string, route: string): Promise<void> {
    await this.writer.commit(context, async (draft) => {
      const owner = await findTenant(draft.manager, context.principal, tenant);
      const { id, tenantId, ...row } = await findRoute(draft.manager, owner, route);
      requireMatch(context.ifMatch, routeOf({ id, tenantId, ...row }));
      await draft.manager.delete(RouteEntity, { id });
      draft.record({ action: 'route.delete', targetId: id, tenantId }, [{ kind: 'route', id, value: null }]);
      return row;
    });
  }

  private change(
    context: RequestContext,
    tenant: string,
    route: string,
    definitionAfter: (current: RouteCreate) => RouteCreate,
  ): Promise<Route> {
    return this.writer.commit(context, async (draft) => {
      const owner = await findTenant(draft.manager, context.principal, tenant);
      const row = await findRoute(draft.manager, owner, route);
      requireMatch(context.ifMatch, routeOf(row));
      const definition = definitionAfter(row.definition);
      if (isDeepStrictEqual(definition, row.definition)) return routeOf(row);
      requireClaimable(owner, definition.match.host);
      const changed: RouteRow = { ...row, definition, claim: claimOf(definition), updatedAt: draft.at };
      await refuseConflict(definition, draft.manager.update(RouteEntity, { id: row.id }, changed));
      const subject = { action: 'route.update', targetId: row.id, tenantId: row.tenantId } as const;
      draft.record(subject, [routeEntry(changed)]);
      return routeOf(changed);
    });
  }
}

function routeOf({ id, tenantId, definition, createdAt, updatedAt }: RouteRow): Route {
  const upstreamTls: Partial<RouteCreate['upstreamTls']> & Route['upstreamTls'] = {
    ...definition.upstreamTls,
  };
  delete upstreamTls.clientKey;
  return { id, tenantId, ...definition, upstreamTls, createdAt, updatedAt };
}

// A host has no slash and a path begins with one, so the two together stay unambiguous.
function claimOf({ enabled, match }: RouteCreate): string | null {
  return enabled ? match.host + match.path : null;
}

function refuseConflict<Result>({ match }: RouteCreate, write: Promise<Result>): Promise<Result> {
  const message = `another enabled route has the host "${match.host}" and the path "${match.path}"`;
  return refuseDuplicate(write, 'routes.claim', 'route_conflict', { errors: [{ field: 'match', message }] });
}

async function findRoute(manager: EntityManager, { id: tenantId }: Tenant, route: string): Promise<RouteRow> {
  const row = await manager.findOneBy(RouteEntity, { id: route, tenantId });
  if (row !== null) return row;
  throw noSuch('route');
}
