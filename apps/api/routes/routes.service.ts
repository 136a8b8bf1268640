import { Injectable } from '@nestjs/common';
import {
  routeCreateSchema,
  storedRouteSchema,
  type Route,
  type RouteCreate,
  type RouteReplace,
} from '#libs/contract';
import { Database } from '../database/database.js';
import type { RouteRow } from '../database/entities/route.entity.js';
import { applyMergePatch } from '../http/apply-merge-patch.js';
import { requireMatch, requirePreconditions } from '../http/etag.js';
import type { RequestContext } from '../http/request-context.js';
import { ListItems } from '../lists/list-items.js';
import type { ListPage } from '../lists/list-page.js';
import { ListReader } from '../lists/list-reader.js';
import {
  routeConditions,
  routeListing,
  type AllRoutesQuery,
  type RouteListQuery,
} from '../lists/route-listing.js';
import { ConfigurationWriter } from '../publishing/configuration-writer.js';
import { deleteResource } from '../publishing/write-resource.js';
import { declaredName } from '../resources/declared-name.js';
import { findRoute, findRouteOrName } from '../resources/find-by-reference.js';
import { findTenant, tenantsInView } from '../resources/find-tenant.js';
import { routeResource } from '../resources/route.js';
import { isPlaced, type Placement } from '../tenants/claimable-hosts.js';
import { warnOfOverlaps } from '../tenants/host-warnings.js';
import { routeFromReplace } from './route-from-replace.js';
import { changeRoute, insertRoute } from './write-route.js';

@Injectable()
export class RoutesService {
  readonly #items = new ListItems(routeOf);

  constructor(
    private readonly writer: ConfigurationWriter,
    private readonly database: Database,
    private readonly lists: ListReader,
  ) {}

  async create(context: RequestContext, tenant: string, definition: RouteCreate): Promise<Route> {
    const row = await this.writer.commit(context, async (transaction) => {
      const owner = await findTenant(transaction.manager, context.principal, tenant);
      return routeOf(await insertRoute(transaction, context.principal, owner, definition));
    });
    await this.#warnOfOverlap(context, row, { before: null, after: definition });
    return row;
  }

  async list({ principal }: RequestContext, tenant: string, query: RouteListQuery): Promise<ListPage<Route>> {
    const { id } = await findTenant(this.database.read, principal, tenant);
    return this.lists.list(routeListing, query, routeConditions(query, [id]), this.#items);
  }

  /** Lists the routes of all tenants that the principal may see, or of one. */
  async listAll({ principal }: RequestContext, query: AllRoutesQuery): Promise<ListPage<Route>> {
    const tenantIds = await tenantsInView(this.database.read, principal, query.tenant);
    return this.lists.list(routeListing, query, routeConditions(query, tenantIds), this.#items);
  }

  async get({ principal }: RequestContext, tenant: string, route: string): Promise<Route> {
    const owner = await findTenant(this.database.read, principal, tenant);
    return routeOf(await findRoute(this.database.read, owner.id, route));
  }

  /**
   * Replaces a route; creates it if the path has a name that no route has. Sets `created` of the context.
   */
  async replace(
    context: RequestContext,
    tenant: string,
    reference: string,
    body: RouteReplace,
  ): Promise<Route> {
    const { principal } = context;
    const name = declaredName({ field: 'name', inBody: body.name, reference });
    const { answer, placement, isNew } = await this.writer.commit(context, async (transaction) => {
      const owner = await findTenant(transaction.manager, principal, tenant);
      const row = await findRouteOrName(transaction.manager, owner.id, reference);
      const shown = row && routeOf(row);
      requirePreconditions(context, shown);
      const definition = routeFromReplace({ ...body, name }, row?.definition ?? null, shown);
      const placement = { before: row?.definition ?? null, after: definition };
      const written = await (row === null
        ? insertRoute(transaction, principal, owner, definition)
        : changeRoute(transaction, principal, owner, { row, definition }));
      return { answer: routeOf(written), placement, isNew: row === null };
    });
    context.created = isNew;
    await this.#warnOfOverlap(context, answer, placement);
    return answer;
  }

  async update(
    context: RequestContext,
    tenant: string,
    route: string,
    patch: Record<string, unknown>,
  ): Promise<Route> {
    const { principal } = context;
    const { answer, placement } = await this.writer.commit(context, async (transaction) => {
      const owner = await findTenant(transaction.manager, principal, tenant);
      const row = await findRoute(transaction.manager, owner.id, route);
      const shown = routeOf(row);
      requireMatch(context.ifMatch, shown);
      const definition = applyMergePatch(routeCreateSchema, row.definition, patch, shown, storedRouteSchema);
      const placement = { before: row.definition, after: definition };
      const changed = await changeRoute(transaction, principal, owner, { row, definition });
      return { answer: routeOf(changed), placement };
    });
    await this.#warnOfOverlap(context, answer, placement);
    return answer;
  }

  /**
   * Keys that are limited to the route keep its id, so that the deletion never extends the access of a key.
   */
  async delete(context: RequestContext, tenant: string, route: string): Promise<void> {
    await this.writer.commit(context, async (transaction) => {
      const owner = await findTenant(transaction.manager, context.principal, tenant);
      const row = await findRoute(transaction.manager, owner.id, route);
      requireMatch(context.ifMatch, routeOf(row));
      await deleteResource(transaction, routeResource, row);
      return row;
    });
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
