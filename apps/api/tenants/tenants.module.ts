import { Module } from '@nestjs/common';
import { PlansModule } from '../plans/plans.module.js';
import { StickyKeysController } from './sticky-keys.controller.js';
import { StickyKeysService } from './sticky-keys.service.js';
import { TenantsController } from './tenants.controller.js';
import { TenantsService } from './tenants.service.js';

@Module({
  imports: [PlansModule],
  controllers: [TenantsController, StickyKeysController],
  providers: [TenantsService, StickyKeysService],
})
export class TenantsModule {}
