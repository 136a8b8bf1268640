import { Module } from '@nestjs/common';
import { AllRoutesController } from './all-routes.controller.js';
import { RebalanceController } from './rebalance.controller.js';
import { RebalanceService } from './rebalance.service.js';
import { RoutesController } from './routes.controller.js';
import { RoutesService } from './routes.service.js';

@Module({
  controllers: [AllRoutesController, RoutesController, RebalanceController],
  providers: [RoutesService, RebalanceService],
  exports: [RoutesService],
})
export class RoutesModule {}
