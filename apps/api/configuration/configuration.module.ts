import { Module } from '@nestjs/common';
import { ConfigurationController } from './configuration.controller.js';
import { DocumentBody } from './document-body.interceptor.js';
import { ConfigurationService } from './configuration.service.js';

@Module({ controllers: [ConfigurationController], providers: [ConfigurationService, DocumentBody] })
export class ConfigurationModule {}
