import { Module } from '@nestjs/common';
import { RebalanceController } from './rebalance.controller.js';
import { RebalanceService } from './rebalance.service.js';
import { RoutesController } from './routes.controller.js';
import { RoutesService } from './routes.service.js';

@Module({
  controllers: [RoutesController, RebalanceController],
  providers: [RoutesService, RebalanceService],
  exports: [RoutesService],
})
export class RoutesModule {}
