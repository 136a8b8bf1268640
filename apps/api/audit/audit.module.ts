import { Global, Module } from '@nestjs/common';
import { AuditTrail } from './audit-trail.js';
import { AuditController } from './audit.controller.js';
import { AuditService } from './audit.service.js';
import { AuditedActions } from './audited-actions.js';

@Global()
@Module({
  controllers: [AuditController],
  providers: [AuditTrail, AuditedActions, AuditService],
  exports: [AuditTrail, AuditedActions],
})
export class AuditModule {}
