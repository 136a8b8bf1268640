import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Route } from '#libs/contract';
import { Context, type RequestContext } from '../http/request-context.js';
import type { ListPage } from '../lists/list-page.js';
import { allRoutesQuerySchema, type AllRoutesQuery } from '../lists/route-listing.js';
import { Operation } from '../openapi/operation.decorator.js';
import { routePageSchema } from './routes.controller.js';
import { RoutesService } from './routes.service.js';

@ApiTags('routes')
@Controller('v1/routes')
export class AllRoutesController {
  constructor(private readonly routes: RoutesService) {}

  @Get()
  @Operation({
    id: 'listAllRoutes',
    summary:
      'List the routes of all tenants, or of the tenant of the key, with filters, text search and order',
    status: 200,
    answer: routePageSchema,
    path: [],
    features: ['list'],
    problems: ['not_found'],
  })
  list(
    @Context() context: RequestContext,
    @Query({ schema: allRoutesQuerySchema }) query: AllRoutesQuery,
  ): Promise<ListPage<Route>> {
    return this.routes.listAll(context, query);
  }
}
