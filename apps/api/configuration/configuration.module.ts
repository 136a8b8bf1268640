import { Module } from '@nestjs/common';
import { PlansModule } from '../plans/plans.module.js';
import { ConfigurationController } from './configuration.controller.js';
import { ConfigurationService } from './configuration.service.js';
import { DocumentBody } from './document-body.interceptor.js';

@Module({
  imports: [PlansModule],
  controllers: [ConfigurationController],
  providers: [ConfigurationService, DocumentBody],
  exports: [ConfigurationService],
})
export class ConfigurationModule {}
