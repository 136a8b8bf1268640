import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import { routeUpstreamsSchema, type RouteUpstreams } from './upstream-answers.js';
import { UpstreamsService } from './upstreams.service.js';

@ApiTags('routes')
@Controller('v1/tenants/:tenant/routes/:route/upstreams')
export class UpstreamsController {
  constructor(private readonly upstreams: UpstreamsService) {}

  @Get()
  @Operation({
    id: 'listRouteUpstreams',
    summary: 'List the upstreams of a route, with their health at each gateway',
    description:
      'Gateways observe for themselves, and may disagree: each reaches upstreams over its own network.',
    status: 200,
    answer: routeUpstreamsSchema,
    path: ['tenant', 'route'],
    features: ['fleet'],
  })
  list(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Param('route') route: string,
  ): Promise<RouteUpstreams> {
    return this.upstreams.list(context, tenant, route);
  }
}
