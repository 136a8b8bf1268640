import { Controller, Get, HttpCode } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../authentication/authentication.guard.js';
import { ProblemResponses } from '../openapi/problem-responses.js';
import { livenessSchema, readinessSchema, ReadinessService, type Readiness } from './readiness.service.js';

@Public()
@ApiTags('health')
@Controller()
export class HealthController {
  constructor(private readonly readiness: ReadinessService) {}

  @Get('healthz')
  @HttpCode(200)
  @ApiOperation({ operationId: 'getLiveness', summary: 'Whether the process answers', security: [] })
  @ApiResponse({ status: 200, description: 'The process answers', standardSchema: livenessSchema })
  @ProblemResponses(['invalid_request'])
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'getReadiness',
    security: [],
    summary: 'Whether the database is migrated and writable, and whether all committed changes are published',
  })
  @ApiResponse({ status: 200, description: 'The API is ready', standardSchema: readinessSchema })
  @ProblemResponses(['invalid_request', 'storage_unavailable'])
  ready(): Promise<Readiness> {
    return this.readiness.read();
  }
}
