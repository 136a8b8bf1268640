import { Module, type DynamicModule } from '@nestjs/common';
import { SupervisorHealth } from './supervisor-health.js';
import { supervisorParts, type SupervisorParts } from './supervisor-parts.js';
import { SupervisorController } from './supervisor.controller.js';

/** The admin listener of a command of several workers. */
@Module({})
export class SupervisorModule {
  static with(parts: SupervisorParts): DynamicModule {
    return {
      module: SupervisorModule,
      controllers: [SupervisorController],
      providers: [{ provide: supervisorParts, useValue: parts }, SupervisorHealth],
    };
  }
}
