import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { GatewayHealth, type Readiness } from './gateway-health.js';

@Controller()
export class HealthController {
  constructor(private readonly health: GatewayHealth) {}

  @Get('healthz')
  liveness(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  readiness(@Res({ passthrough: true }) response: Response): Readiness {
    const readiness = this.health.readiness();
    response.status(readiness.status === 'ready' ? 200 : 503);
    return readiness;
  }
}
