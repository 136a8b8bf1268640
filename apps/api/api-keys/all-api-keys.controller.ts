import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { ApiKey } from '#libs/contract';
import { Context, type RequestContext } from '../http/request-context.js';
import { allApiKeysQuerySchema, type AllApiKeysQuery } from '../lists/api-key-listing.js';
import type { ListPage } from '../lists/list-page.js';
import { Operation } from '../openapi/operation.decorator.js';
import { apiKeyPageSchema } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';

@ApiTags('api-keys')
@Controller('v1/api-keys')
export class AllApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Get()
  @Operation({
    id: 'listAllApiKeys',
    summary:
      'List the API keys of all tenants, or of the tenant of the key, revoked ones too, with filters, text search and order',
    status: 200,
    answer: apiKeyPageSchema,
    path: [],
    features: ['list'],
    problems: ['not_found'],
  })
  list(
    @Context() context: RequestContext,
    @Query({ schema: allApiKeysQuerySchema }) query: AllApiKeysQuery,
  ): Promise<ListPage<ApiKey>> {
    return this.apiKeys.listAll(context, query);
  }
}
