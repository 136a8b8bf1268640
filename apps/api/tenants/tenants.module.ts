import { Module } from '@nestjs/common';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { TenantsController } from './tenants.controller.js';
import { TenantsService } from './tenants.service.js';

@Module({
  imports: [ConfigurationModule],
  controllers: [TenantsController],
  providers: [TenantsService],
})
export class TenantsModule {}
