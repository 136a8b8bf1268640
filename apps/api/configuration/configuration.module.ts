import { Module } from '@nestjs/common';
import { ConfigurationController } from './configuration.controller.js';
import { DocumentBody } from './document-body.interceptor.js';
import { ConfigurationService } from './configuration.service.js';
import { PlanWriter } from './plan-writer.js';

@Module({
  controllers: [ConfigurationController],
  providers: [ConfigurationService, DocumentBody, PlanWriter],
  exports: [PlanWriter],
})
export class ConfigurationModule {}
