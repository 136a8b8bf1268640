import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  rebalancePlanSchema,
  rebalanceProgressSchema,
  rebalanceRequestSchema,
  type RebalanceRequest,
} from '#libs/contract';
import { silentGateways } from '../fleet/silent-gateways.js';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import { RebalanceService } from './rebalance.service.js';

const planAnswer = rebalancePlanSchema.extend(silentGateways).meta({ id: 'RebalanceOutcome' });
const progressAnswer = rebalanceProgressSchema.extend(silentGateways).meta({ id: 'RebalanceState' });

@ApiTags('routes')
@Controller('v1/tenants/:tenant/routes/:route/upstreams/rebalance')
export class RebalanceController {
  constructor(private readonly rebalances: RebalanceService) {}

  @Post()
  @Operation({
    id: 'rebalanceRoute',
    summary: 'Even out the connections of a route over its upstreams, after one was added or came back',
    description:
      'Closes what upstreams have above their fair share with 1012 `rebalanced`, spread over time, in all gateways. ' +
      'Meanwhile, and for 30 seconds after it, new connections go to the upstreams with the fewest. No connection that came back is closed again. ' +
      'A running rebalance of the route is replaced.',
    status: 200,
    answer: planAnswer,
    path: ['tenant', 'route'],
    features: ['body', 'fleet', 'idempotencyKey'],
    problems: ['rebalance_not_possible'],
  })
  start(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Param('route') route: string,
    @Body({ schema: rebalanceRequestSchema }) request: RebalanceRequest,
  ): Promise<z.output<typeof planAnswer>> {
    return this.rebalances.start(context, tenant, route, request);
  }

  @Get()
  @Operation({
    id: 'getRebalance',
    summary: 'Read how far the rebalance of a route is',
    status: 200,
    answer: progressAnswer,
    path: ['tenant', 'route'],
    features: ['fleet'],
  })
  progress(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Param('route') route: string,
  ): Promise<z.output<typeof progressAnswer>> {
    return this.rebalances.progress(context, tenant, route);
  }

  @Delete()
  @Operation({
    id: 'stopRebalance',
    summary: 'Stop the rebalance of a route; connections that were not closed yet stay',
    status: 200,
    answer: progressAnswer,
    path: ['tenant', 'route'],
    features: ['fleet'],
  })
  stop(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Param('route') route: string,
  ): Promise<z.output<typeof progressAnswer>> {
    return this.rebalances.stop(context, tenant, route);
  }
}
