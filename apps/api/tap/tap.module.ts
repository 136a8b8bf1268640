import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { TapAdmission } from './tap-admission.js';
import { TapController } from './tap.controller.js';
import { TapGateway } from './tap.gateway.js';

@Module({
  imports: [ConnectionsModule],
  controllers: [TapController],
  providers: [TapAdmission, TapGateway],
})
export class TapModule {}
