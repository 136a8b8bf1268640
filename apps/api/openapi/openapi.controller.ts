import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../authentication/authentication.guard.js';
import { OpenApiDocument } from './openapi-document.js';
import { ProblemResponses } from './problem-responses.js';

@Public()
@ApiTags('health')
@Controller('openapi.json')
export class OpenApiController {
  constructor(private readonly openApi: OpenApiDocument) {}

  @Get()
  @Header('Content-Type', 'application/json')
  @ApiOperation({
    operationId: 'getOpenApi',
    summary: 'This document; Swagger UI shows it at /docs',
    security: [],
  })
  @ApiResponse({
    status: 200,
    description: 'OpenAPI 3.1',
    content: { 'application/json': { schema: { type: 'object' } } },
  })
  @ProblemResponses(['invalid_request'])
  read(): string {
    return this.openApi.json;
  }
}
