import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AppliedRevisions } from './applied-revisions.js';
import { ChangePropagation } from './change-propagation.js';
import { GatewaysController } from './gateways.controller.js';
import { GatewaysService } from './gateways.service.js';
import { PreferWaitInterceptor } from './prefer-wait.interceptor.js';
import { RevisionLag } from './revision-lag.js';

@Module({
  controllers: [GatewaysController],
  providers: [
    GatewaysService,
    AppliedRevisions,
    ChangePropagation,
    RevisionLag,
    { provide: APP_INTERCEPTOR, useClass: PreferWaitInterceptor },
  ],
})
export class GatewaysModule {}
