import { Module } from '@nestjs/common';
import { AuditRetention } from './audit-retention.js';

@Module({ providers: [AuditRetention] })
export class AuditRetentionModule {}
