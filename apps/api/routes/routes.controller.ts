import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  patchSchemaOf,
  routeCreateSchema,
  routeReplaceSchema,
  routeSchema,
  type Route,
  type RouteCreate,
  type RouteReplace,
} from '#libs/contract';
import { withReadOnlyFields } from '../http/read-only-fields.js';
import { Context, type RequestContext } from '../http/request-context.js';
import { listPageSchemaOf, type ListPage } from '../lists/list-page.js';
import { routeListQuerySchema, type RouteListQuery } from '../lists/route-listing.js';
import { mergePatchDescription, Operation } from '../openapi/operation.decorator.js';
import { RoutesService } from './routes.service.js';

const routePatchSchema = withReadOnlyFields(patchSchemaOf(routeCreateSchema), routeSchema).meta({
  id: 'RoutePatch',
});
const routeReplaceBody = withReadOnlyFields(routeReplaceSchema, routeSchema).meta({ id: 'RouteReplace' });
export const routePageSchema = listPageSchemaOf(routeSchema, 'RoutePage');

@ApiTags('routes')
@Controller('v1/tenants/:tenant/routes')
export class RoutesController {
  constructor(private readonly routes: RoutesService) {}

  @Post()
  @Operation({
    id: 'createRoute',
    summary: 'Create a route; gateways apply it within milliseconds',
    status: 201,
    answer: routeSchema,
    path: ['tenant'],
    features: ['body', 'idempotencyKey', 'wait', 'warning'],
    problems: ['route_conflict', 'name_conflict', 'host_forbidden', 'quota_exceeded'],
  })
  create(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Body({ schema: routeCreateSchema }) body: RouteCreate,
  ): Promise<Route> {
    return this.routes.create(context, tenant, body);
  }

  @Get()
  @Operation({
    id: 'listRoutes',
    summary: 'List the routes of a tenant, with filters, text search and order',
    status: 200,
    answer: routePageSchema,
    path: ['tenant'],
    features: ['list'],
  })
  list(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Query({ schema: routeListQuerySchema }) query: RouteListQuery,
  ): Promise<ListPage<Route>> {
    return this.routes.list(context, tenant, query);
  }

  @Get(':route')
  @Operation({
    id: 'getRoute',
    summary: 'Read a route',
    status: 200,
    answer: routeSchema,
    path: ['tenant', 'route'],
    features: ['ifNoneMatch'],
  })
  get(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Param('route') route: string,
  ): Promise<Route> {
    return this.routes.get(context, tenant, route);
  }

  @Put(':route')
  @Operation({
    id: 'replaceRoute',
    summary: 'Replace a route, or create it under the name in the path; omitted fields get their default',
    description: 'A private key is kept if it is omitted and its certificate is unchanged.',
    status: 200,
    answer: routeSchema,
    creates: routeSchema,
    path: ['tenant', 'route'],
    features: ['body', 'ifMatch', 'wait', 'warning'],
    problems: ['route_conflict', 'name_conflict', 'host_forbidden', 'quota_exceeded'],
  })
  replace(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Param('route') route: string,
    @Body({ schema: routeReplaceBody }) body: RouteReplace,
  ): Promise<Route> {
    return this.routes.replace(context, tenant, route, body);
  }

  @Patch(':route')
  @Operation({
    id: 'updateRoute',
    summary: 'Change a route; omitted fields stay, lists are replaced as a whole',
    description: mergePatchDescription,
    status: 200,
    answer: routeSchema,
    path: ['tenant', 'route'],
    features: ['patch', 'ifMatch', 'wait'],
    problems: ['route_conflict', 'name_conflict', 'host_forbidden'],
  })
  update(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Param('route') route: string,
    @Body({ schema: routePatchSchema }) patch: Record<string, unknown>,
  ): Promise<Route> {
    return this.routes.update(context, tenant, route, patch);
  }

  @Delete(':route')
  @Operation({
    id: 'deleteRoute',
    summary: 'Delete a route and close its live connections',
    status: 204,
    path: ['tenant', 'route'],
    features: ['ifMatch', 'wait'],
  })
  delete(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Param('route') route: string,
  ): Promise<void> {
    return this.routes.delete(context, tenant, route);
  }
}
