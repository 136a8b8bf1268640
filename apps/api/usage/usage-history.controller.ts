import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../http/page.js';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import {
  historyQuerySchema,
  tenantHistoryQuerySchema,
  usageHistorySchema,
  type HistoryQuery,
  type TenantHistoryQuery,
  type UsagePeriod,
} from './usage-history-query.js';
import { UsageHistoryService } from './usage-history.service.js';

const description =
  'Gateways report their usage every 30 seconds, so the last minute is incomplete, and more while a gateway cannot report. ' +
  'Late reports are added to the time at which the usage was.';

@ApiTags('tenants')
@Controller('v1')
export class UsageHistoryController {
  constructor(private readonly history: UsageHistoryService) {}

  @Get('tenants/:tenant/usage/history')
  @Operation({
    id: 'getTenantUsageHistory',
    summary: 'Read what a tenant, its routes or its keys used, by hour or by day',
    description,
    status: 200,
    answer: usageHistorySchema,
    path: ['tenant'],
    features: ['page'],
  })
  read(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Query({ schema: tenantHistoryQuerySchema }) query: TenantHistoryQuery,
  ): Promise<Page<UsagePeriod>> {
    return this.history.list(context, { ...query, tenant });
  }

  @Get('usage/history')
  @Operation({
    id: 'listUsageHistory',
    summary: 'Read what all tenants used, by hour or by day; a tenant reads its own usage',
    description,
    status: 200,
    answer: usageHistorySchema,
    path: [],
    features: ['page'],
    problems: ['not_found'],
  })
  list(
    @Context() context: RequestContext,
    @Query({ schema: historyQuerySchema }) query: HistoryQuery,
  ): Promise<Page<UsagePeriod>> {
    return this.history.list(context, query);
  }
}
