import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import {
  hasConditions,
  newId,
  routeCreateSchema,
  storedRouteSchema,
  type Route,
  type RouteCreate,
  type RouteReplace,
} from '#libs/contract';
import { Database } from '../database/database.js';
import { routeColumnsOf, type RouteRow } from '../database/entities/route.entity.js';
import { applyMergePatch } from '../http/apply-merge-patch.js';
import { requireMatch } from '../http/etag.js';
import { refuseDuplicate } from '../http/refuse-duplicate.js';
import type { RequestContext } from '../http/request-context.js';
import type { ListPage } from '../lists/list-page.js';
import { ListReader } from '../lists/list-reader.js';
import {
  routeConditions,
  routeListing,
  type AllRoutesQuery,
  type RouteListQuery,
} from '../lists/route-listing.js';
import { ConfigurationWriter } from '../publishing/configuration-writer.js';
import { findRoute } from '../resources/find-by-reference.js';
import { findTenant, tenantInView } from '../resources/find-tenant.js';
import { refuseNameConflict } from '../resources/name-conflict.js';
import { routeEntry, routeResource } from '../resources/route.js';
import { deleteRows, insertRows, updateRow } from '../resources/stored-rows.js';
import { isPlaced, requirePlaceable, type Placement } from '../tenants/claimable-hosts.js';
import { warnOfOverlaps } from '../tenants/host-warnings.js';
import { requireRoomForRoute } from '../tenants/quota.js';
import { routeFromReplace } from './route-from-replace.js';
import { requireRoomAtPlace } from './shared-places.js';

@Injectable()
export class RoutesService {
  constructor(
    private readonly writer: ConfigurationWriter,
    private readonly database: Database,
    private readonly lists: ListReader,
  ) {}

  async create(context: RequestContext, tenant: string, definition: RouteCreate): Promise<Route> {
    const placement = { before: null, after: definition };
    const route = await this.writer.commit(context, async (transaction) => {
      const owner = await findTenant(transaction.manager, context.principal, tenant);
      await requirePlaceable(transaction.manager, context.principal, owner, placement);
      await requireRoomForRoute(transaction.manager, owner);
      const { id: tenantId } = owner;
      const times = { createdAt: transaction.at, updatedAt: transaction.at };
      const row: RouteRow = {
        id: newId('route'),
        tenantId,
        ...routeColumnsOf(tenantId, definition),
        definition,
        ...times,
      };
      await requireRoomAtPlace(transaction.manager, row);
      await refuseConflict(definition, insertRows(transaction.manager, routeResource, [row]));
      transaction.record({ action: 'route.create', targetId: row.id, tenantId }, [routeEntry(row)]);
      return routeOf(row);
    });
    await this.#warnOfOverlap(context, route, placement);
    return route;
  }

  async list({ principal }: RequestContext, tenant: string, query: RouteListQuery): Promise<ListPage<Route>> {
    const { id } = await findTenant(this.database.read, principal, tenant);
    return this.lists.list(routeListing, query, routeConditions(query, id), routeOf);
  }

  /** Lists the routes of all tenants that the principal may see, or of one. */
  async listAll({ principal }: RequestContext, query: AllRoutesQuery): Promise<ListPage<Route>> {
    const tenantId = await tenantInView(this.database.read, principal, query.tenant);
    return this.lists.list(routeListing, query, routeConditions(query, tenantId), routeOf);
  }

  async get({ principal }: RequestContext, tenant: string, route: string): Promise<Route> {
    const owner = await findTenant(this.database.read, principal, tenant);
    return routeOf(await findRoute(this.database.read, owner.id, route));
  }

  replace(context: RequestContext, tenant: string, route: string, body: RouteReplace): Promise<Route> {
    return this.#change(context, tenant, route, ({ definition }, shown) =>
      routeFromReplace(body, definition, shown),
    );
  }

  update(
    context: RequestContext,
    tenant: string,
    route: string,
    patch: Record<string, unknown>,
  ): Promise<Route> {
    return this.#change(context, tenant, route, ({ definition }, shown) =>
      applyMergePatch(routeCreateSchema, definition, patch, shown, storedRouteSchema),
    );
  }

  /**
   * Keys that are limited to the route keep its id, so that the deletion never extends the access of a key.
   */
  async delete(context: RequestContext, tenant: string, route: string): Promise<void> {
    await this.writer.commit(context, async (transaction) => {
      const owner = await findTenant(transaction.manager, context.principal, tenant);
      const row = await findRoute(transaction.manager, owner.id, route);
      const { id, tenantId } = row;
      requireMatch(context.ifMatch, routeOf(row));
      await deleteRows(transaction.manager, routeResource, [row]);
      transaction.record({ action: 'route.delete', targetId: id, tenantId }, [
        { kind: 'route', id, value: null },
      ]);
      return row;
    });
  }

  async #change(
    context: RequestContext,
    tenant: string,
    route: string,
    definitionAfter: (row: RouteRow, shown: Route) => RouteCreate,
  ): Promise<Route> {
    const { answer, placement } = await this.writer.commit(context, async (transaction) => {
      const owner = await findTenant(transaction.manager, context.principal, tenant);
      const row = await findRoute(transaction.manager, owner.id, route);
      const shown = routeOf(row);
      requireMatch(context.ifMatch, shown);
      const definition = definitionAfter(row, shown);
      const placement = { before: row.definition, after: definition };
      if (isDeepStrictEqual(definition, row.definition)) return { answer: shown, placement };
      await requirePlaceable(transaction.manager, context.principal, owner, placement);
      const changed: RouteRow = {
        ...row,
        definition,
        ...routeColumnsOf(row.tenantId, definition),
        updatedAt: transaction.at,
      };
      await requireRoomAtPlace(transaction.manager, changed);
      await refuseConflict(definition, updateRow(transaction.manager, routeResource, row, changed));
      const subject = { action: 'route.update', targetId: row.id, tenantId: row.tenantId } as const;
      transaction.record(subject, [routeEntry(changed)]);
      return { answer: routeOf(changed), placement };
    });
    await this.#warnOfOverlap(context, answer, placement);
    return answer;
  }

  async #warnOfOverlap(context: RequestContext, route: Route, placement: Placement): Promise<void> {
    const hosts = isPlaced(placement) ? [route.match.host] : [];
    await warnOfOverlaps(this.database.read, context, route.tenantId, hosts);
  }
}

function routeOf({ id, tenantId, definition, createdAt, updatedAt }: RouteRow): Route {
  const upstreamTls: Partial<RouteCreate['upstreamTls']> & Route['upstreamTls'] = {
    ...definition.upstreamTls,
  };
  delete upstreamTls.clientKey;
  return { id, tenantId, ...definition, upstreamTls, createdAt, updatedAt };
}

function refuseConflict<Result>({ name, match }: RouteCreate, write: Promise<Result>): Promise<Result> {
  const conditions = hasConditions(match) ? ', and the same conditions' : '';
  const message = `another enabled route has the host "${match.host}" and the path "${match.path}"${conditions}`;
  const named = refuseNameConflict('route', name, write);
  return refuseDuplicate(named, 'routes.claim', 'route_conflict', { errors: [{ field: 'match', message }] });
}
