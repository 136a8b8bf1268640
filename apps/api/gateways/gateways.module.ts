import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AppliedRevisions } from './applied-revisions.js';
import { GatewaysController } from './gateways.controller.js';
import { GatewaysService } from './gateways.service.js';
import { PreferWaitInterceptor } from './prefer-wait.interceptor.js';

@Module({
  controllers: [GatewaysController],
  providers: [
    GatewaysService,
    AppliedRevisions,
    { provide: APP_INTERCEPTOR, useClass: PreferWaitInterceptor },
  ],
})
export class GatewaysModule {}
