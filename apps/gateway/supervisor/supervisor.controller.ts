import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { SupervisorHealth, type SupervisorReadiness } from './supervisor-health.js';
import { supervisorParts, type SupervisorParts } from './supervisor-parts.js';

@Controller()
export class SupervisorController {
  constructor(
    private readonly health: SupervisorHealth,
    @Inject(supervisorParts) private readonly parts: SupervisorParts,
  ) {}

  @Get('healthz')
  liveness(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  readiness(@Res({ passthrough: true }) response: Response): SupervisorReadiness {
    const readiness = this.health.readiness();
    response.status(readiness.status === 'ready' ? 200 : 503);
    return readiness;
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return this.parts.metrics.read();
  }
}
