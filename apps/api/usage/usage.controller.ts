import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import { limitedPageSchema, type LimitedPage } from './limited-ceilings.js';
import { tenantUsageSchema, type TenantUsage } from './tenant-usage.js';
import { UsageService } from './usage.service.js';

@ApiTags('tenants')
@Controller('v1/tenants/:tenant/usage')
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @Get()
  @Operation({
    id: 'getTenantUsage',
    summary:
      'Read the current usage of a tenant: connections, messages and bytes in each direction, beside its limits',
    status: 200,
    answer: tenantUsageSchema,
    path: ['tenant'],
    features: ['fleet', 'query'],
  })
  read(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Query({ schema: limitedPageSchema }) page: LimitedPage,
  ): Promise<TenantUsage> {
    return this.usage.read(context, tenant, page);
  }
}
