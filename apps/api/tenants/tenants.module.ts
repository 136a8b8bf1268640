import { Module } from '@nestjs/common';
import { PlansModule } from '../plans/plans.module.js';
import { TenantsController } from './tenants.controller.js';
import { TenantsService } from './tenants.service.js';

@Module({
  imports: [PlansModule],
  controllers: [TenantsController],
  providers: [TenantsService],
})
export class TenantsModule {}
