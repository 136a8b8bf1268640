import { Controller, Get, Redirect } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../authentication/authentication.guard.js';
import { OpenApiDocument } from '../openapi/openapi-document.js';
import { ProblemResponses } from '../openapi/problem-responses.js';
import { apiIndexSchema, type ApiIndex } from './api-index.js';

/** Serves `/` and `/v1`, the entry points to all other paths. Needs no token, like openapi.json. */
@Public()
@ApiTags('health')
@Controller()
export class RootController {
  constructor(private readonly openApi: OpenApiDocument) {}

  @Get()
  @Redirect('/console/')
  @ApiExcludeEndpoint()
  showConsole(): void {
    // @Redirect sends the answer.
  }

  @Get('v1')
  @ApiOperation({ operationId: 'getIndex', summary: 'List the resources under /v1', security: [] })
  @ApiResponse({ status: 200, description: 'The paths and their methods', standardSchema: apiIndexSchema })
  @ProblemResponses(['invalid_request'])
  index(): ApiIndex {
    return { docs: '/docs/', openapi: '/openapi.json', paths: this.openApi.summariesUnder('/v1/') };
  }
}
