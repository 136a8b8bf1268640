import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import { overviewQuerySchema, overviewSchema, type Overview, type OverviewQuery } from './overview-answer.js';
import { OverviewService } from './overview.service.js';

@ApiTags('connections')
@Controller('v1/overview')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  @Operation({
    id: 'getOverview',
    summary:
      'Read connections, handshakes, refusals, messages and bytes of the last minute, ten minutes or hour, and the busiest tenants',
    description:
      'Asks every gateway. Each keeps the last hour in memory; it is gone when the gateway stops. ' +
      'A tenant reads its own figures, without requests that matched no route.',
    status: 200,
    answer: overviewSchema,
    path: [],
    features: ['query', 'fleet'],
    problems: ['not_found'],
  })
  read(
    @Context() context: RequestContext,
    @Query({ schema: overviewQuerySchema }) query: OverviewQuery,
  ): Promise<Overview> {
    return this.overview.read(context, query);
  }
}
