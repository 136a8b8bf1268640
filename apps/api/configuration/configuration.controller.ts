import { Body, Controller, Get, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import { configurationDifferenceSchema, type ConfigurationDifference } from './configuration-difference.js';
import {
  configurationReplaceSchema,
  configurationSchema,
  type ConfigurationDocument,
} from './configuration-document.js';
import { replaceQuerySchema, type ReplaceQuery } from './configuration-query.js';
import { ConfigurationService, type Standing } from './configuration.service.js';

@ApiTags('config')
@Controller('v1/config')
export class ConfigurationController {
  constructor(private readonly configuration: ConfigurationService) {}

  @Get()
  @Operation({
    id: 'getConfiguration',
    summary: 'Read the whole configuration as one document: all tenants with their routes and API keys',
    description:
      'For operators. The same configuration gives the same bytes. Keys are there by the hash of their secret, so that a backup ' +
      'restores them; private keys of routes are `(withheld)`. `Sluice-Revision` is the revision.',
    status: 200,
    answer: configurationSchema,
    path: [],
    features: ['ifNoneMatch'],
  })
  async read(
    @Context() context: RequestContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ConfigurationDocument> {
    return told(response, await this.configuration.read(context));
  }

  @Put()
  @Operation({
    id: 'replaceConfiguration',
    summary: 'Make the configuration what the document says; what is not in it is DELETED',
    description:
      'For operators. All or nothing, in one transaction. Tenants, routes and API keys that the document does not have are deleted. ' +
      'Things are found by their `id`, else tenants by slug, routes by their match and keys by their prefix; what is found and is as it ' +
      'should be is not touched, and its live connections notice nothing. `limits.maxRoutes` and `limits.maxApiKeys` do not bind this call; `hosts` do.',
    status: 200,
    answer: configurationDifferenceSchema,
    path: [],
    features: ['body', 'query', 'ifMatch', 'wait'],
    problems: ['route_conflict', 'host_forbidden', 'slug_taken', 'key_revoked'],
  })
  async replace(
    @Context() context: RequestContext,
    @Res({ passthrough: true }) response: Response,
    @Query({ schema: replaceQuerySchema }) query: ReplaceQuery,
    @Body({ schema: configurationReplaceSchema }) document: ConfigurationDocument,
  ): Promise<ConfigurationDifference> {
    return told(response, await this.configuration.replace(context, document, query));
  }
}

function told<Answer>(response: Response, { answer, entityTag, revision }: Standing<Answer>): Answer {
  response.set({ ETag: entityTag, 'Sluice-Revision': String(revision) });
  return answer;
}
