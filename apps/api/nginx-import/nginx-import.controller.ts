import { Body, Controller, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Context, type RequestContext } from '../http/request-context.js';
import { SparseSchema } from '../http/sparse-schema.js';
import { Operation } from '../openapi/operation.decorator.js';
import {
  nginxImportAnswerSchema,
  nginxImportQuerySchema,
  nginxImportSchema,
  type NginxImportAnswer,
  type NginxImportBody,
  type NginxImportQuery,
} from './nginx-import.schema.js';
import { NginxImportService } from './nginx-import.service.js';

@ApiTags('config')
@Controller('v1/import/nginx')
export class NginxImportController {
  constructor(private readonly imports: NginxImportService) {}

  @Post()
  @Operation({
    id: 'importNginx',
    summary:
      'Translate a configuration of nginx into routes, with a warning for all that is not carried over',
    description:
      'For operators. It writes nothing without `apply=true`. With it, the routes are added to those of the tenant in one transaction; ' +
      'a route with the same match is replaced, and none is deleted. Routes are shown without fields that have their default. ' +
      'A configuration that nginx would refuse is answered with 422, and the error names file, line and column.',
    status: 200,
    answer: new SparseSchema(nginxImportAnswerSchema),
    path: [],
    features: ['body', 'query', 'wait', 'warning'],
    problems: ['route_conflict', 'not_found'],
  })
  import(
    @Context() context: RequestContext,
    @Query({ schema: nginxImportQuerySchema }) query: NginxImportQuery,
    @Body({ schema: nginxImportSchema }) body: NginxImportBody,
  ): Promise<NginxImportAnswer> {
    return this.imports.import(context, body, query);
  }
}
