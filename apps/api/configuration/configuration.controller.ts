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
import { ConfigurationService, type ConfigurationAnswer } from './configuration.service.js';
import { DocumentBody } from './document-body.interceptor.js';
import { documentText, type TextOptions } from './document-text.js';

@ApiTags('config')
@Controller('v1/config')
export class ConfigurationController {
  constructor(private readonly configuration: ConfigurationService) {}

  @Get()
  @Operation({
    id: 'getConfiguration',
    summary: 'Read the whole configuration as one document: all tenants with their routes and API keys',
    description:
      'For operators; one that is limited to tenants names one of them in `tenant`. The same configuration gives the same bytes. Fields with the default of the `version` are omitted. Keys have the hash of their secret, so that a backup ' +
      'restores them; private keys of routes are `(withheld)`. `Sluice-Revision` is the revision. `tenant` and `label` narrow it to a scope.',
    status: 200,
    answer: new SparseSchema(configurationSchema),
    path: [],
    features: ['query', 'ifNoneMatch'],
    problems: ['not_found'],
  })
  async read(
    @Context() context: RequestContext,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @Query({ schema: readQuerySchema }) query: ReadQuery,
  ): Promise<StreamableFile | undefined> {
    return streamed(request, response, await this.configuration.read(context, query), query);
  }

  @Put()
  @UseInterceptors(DocumentBody)
  @Operation({
    id: 'replaceConfiguration',
    summary: 'Replace the configuration with a document; resources that it lacks are DELETED',
    description:
      'For operators; one that is limited to tenants names one of them in `tenant`, and may change in it what its keys with the scope `manage` may. All or nothing, in one transaction. Tenants, routes and API keys that the document does not have are deleted. ' +
      'Resources are found by their `id`, or else tenants by slug, routes by match and keys by prefix; a resource that does not change is ' +
      'not touched, nor are its live connections. With `tenant` or `label`, nothing outside of that scope is changed or deleted, and a document with ' +
      'something outside of it is refused with 422. `hosts`, `limits.maxRoutes` and `limits.maxApiKeys` do not apply to operators of the platform.',
    status: 200,
    answer: configurationDifferenceSchema,
    path: [],
    features: ['body', 'query', 'ifMatch', 'wait', 'warning'],
    problems: [
      ...(['host_forbidden', 'quota_exceeded'] as const),
      ...(['route_conflict', 'name_conflict', 'slug_taken', 'key_revoked', 'deletes_tenants'] as const),
      'not_found',
      ...(['body_timeout', 'documents_busy'] as const),
    ],
  })
  async replace(
    @Context() context: RequestContext,
    @Res({ passthrough: true }) response: Response,
    @Query({ schema: replaceQuerySchema }) query: ReplaceQuery,
    @Body({ schema: checkedDocument }) document: ConfigurationDocument,
  ): Promise<ConfigurationDifference> {
    return withHeaders(response, await this.configuration.replace(context, document, query));
  }
}

function withHeaders<Answer>(
  response: Response,
  { answer, entityTag, revision }: ConfigurationAnswer<Answer>,
): Answer {
  response.set({ ETag: entityTag, 'Sluice-Revision': String(revision) });
  return answer;
}

function streamed(
  request: Request,
  response: Response,
  read: ConfigurationAnswer<ConfigurationDocument>,
  options: TextOptions,
): StreamableFile | undefined {
  const document = withHeaders(response, read);
  if (!request.fresh)
    return new StreamableFile(documentText(document, options), { type: 'application/json' });
  response.status(304);
  return undefined;
}
