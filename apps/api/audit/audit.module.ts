import { Global, Module } from '@nestjs/common';
import { AuditTrail } from './audit-trail.js';
import { AuditController } from './audit.controller.js';
import { AuditService } from './audit.service.js';
import { AuditedActs } from './audited-acts.js';

@Global()
@Module({
  controllers: [AuditController],
  providers: [AuditTrail, AuditedActs, AuditService],
  exports: [AuditTrail, AuditedActs],
})
export class AuditModule {}
