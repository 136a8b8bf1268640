import { Module } from '@nestjs/common';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { NginxImportController } from './nginx-import.controller.js';
import { NginxImportService } from './nginx-import.service.js';

@Module({
  imports: [ConfigurationModule],
  controllers: [NginxImportController],
  providers: [NginxImportService],
})
export class NginxImportModule {}
