import { Module } from '@nestjs/common';
import { QuotaJudge } from './quota-judge.js';
import { UsageCollector } from './usage-collector.js';
import { UsageController } from './usage.controller.js';
import { UsageHistoryController } from './usage-history.controller.js';
import { UsageHistoryService } from './usage-history.service.js';
import { UsageService } from './usage.service.js';
import { UsageStore } from './usage-store.js';

@Module({
  controllers: [UsageController, UsageHistoryController],
  providers: [QuotaJudge, UsageCollector, UsageHistoryService, UsageService, UsageStore],
})
export class UsageModule {}
