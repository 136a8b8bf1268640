import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../authentication/authentication.guard.js';
import { ProblemResponses } from '../openapi/problem-responses.js';
import { ApiMetrics } from './api-metrics.js';

@Public()
@ApiTags('health')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: ApiMetrics) {}

  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'Metrics, in the text format of Prometheus',
    security: [],
  })
  @ApiResponse({
    status: 200,
    description: 'The metrics',
    content: {
      'text/plain': {
        schema: { type: 'string' },
        example: 'sluice_build_info{version="0.1.0",node_version="20.20.2"} 1\n',
      },
    },
  })
  @ProblemResponses(['invalid_request'])
  read(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
