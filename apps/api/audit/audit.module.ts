import { Global, Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditService } from './audit.service.js';
import { AuditRetention } from './audit-retention.js';
import { AuditTrail } from './audit-trail.js';
import { AuditedActs } from './audited-acts.js';

@Global()
@Module({
  controllers: [AuditController],
  providers: [AuditTrail, AuditedActs, AuditService, AuditRetention],
  exports: [AuditTrail, AuditedActs],
})
export class AuditModule {}
