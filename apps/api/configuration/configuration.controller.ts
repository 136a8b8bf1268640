import { Body, Controller, Get, Put, Query, Req, Res, StreamableFile, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Context, type RequestContext } from '../http/request-context.js';
import { SparseSchema } from '../http/sparse-schema.js';
import { Operation } from '../openapi/operation.decorator.js';
import { checkedDocument } from './check-document.js';
import { configurationDifferenceSchema, type ConfigurationDifference } from './configuration-difference.js';
import { configurationSchema, type ConfigurationDocument } from './configuration-document.js';
import {
  readQuerySchema,
  replaceQuerySchema,
  type ReadQuery,
  type ReplaceQuery,
} from './configuration-query.js';
import { documentText, type TextOptions } from './document-text.js';
import { DocumentBody } from './document-body.interceptor.js';
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
      'For operators. The same configuration gives the same bytes. Fields that have the default of the `version` are left out. Keys are there by the hash of their secret, so that a backup ' +
      'restores them; private keys of routes are `(withheld)`. `Sluice-Revision` is the revision.',
    status: 200,
    answer: new SparseSchema(configurationSchema),
    path: [],
    features: ['query', 'ifNoneMatch'],
  })
  async read(
    @Context() context: RequestContext,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @Query({ schema: readQuerySchema }) query: ReadQuery,
  ): Promise<StreamableFile | undefined> {
    return sentInParts(request, response, await this.configuration.read(context), query);
  }

  @Put()
  @UseInterceptors(DocumentBody)
  @Operation({
    id: 'replaceConfiguration',
    summary: 'Make the configuration what the document says; what is not in it is DELETED',
    description:
      'For operators. All or nothing, in one transaction. Tenants, routes and API keys that the document does not have are deleted. ' +
      'Things are found by their `id`, else tenants by slug, routes by their match and keys by their prefix; what is found and is as it ' +
      'should be is not touched, and its live connections notice nothing. `hosts`, `limits.maxRoutes` and `limits.maxApiKeys` do not bind this call.',
    status: 200,
    answer: configurationDifferenceSchema,
    path: [],
    features: ['body', 'query', 'ifMatch', 'wait', 'warning'],
    problems: [
      ...(['route_conflict', 'slug_taken', 'key_revoked', 'deletes_tenants'] as const),
      ...(['body_timeout', 'documents_busy'] as const),
    ],
  })
  async replace(
    @Context() context: RequestContext,
    @Res({ passthrough: true }) response: Response,
    @Query({ schema: replaceQuerySchema }) query: ReplaceQuery,
    @Body({ schema: checkedDocument }) document: ConfigurationDocument,
  ): Promise<ConfigurationDifference> {
    return sent(response, await this.configuration.replace(context, document, query));
  }
}

function sent<Answer>(response: Response, { answer, entityTag, revision }: Standing<Answer>): Answer {
  response.set({ ETag: entityTag, 'Sluice-Revision': String(revision) });
  return answer;
}

function sentInParts(
  request: Request,
  response: Response,
  standing: Standing<ConfigurationDocument>,
  options: TextOptions,
): StreamableFile | undefined {
  const document = sent(response, standing);
  if (!request.fresh)
    return new StreamableFile(documentText(document, options), { type: 'application/json' });
  response.status(304);
  return undefined;
}
