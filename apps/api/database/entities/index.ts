import { ApiKeyEntity } from './api-key.entity.js';
import { AuditEntryEntity } from './audit-entry.entity.js';
import { ConfigStateEntity } from './config-state.entity.js';
import { ExhaustionEntity } from './exhaustion.entity.js';
import { HostGrantEntity } from './host-grant.entity.js';
import { IdempotencyRecordEntity } from './idempotency-record.entity.js';
import { OperatorEntity } from './operator.entity.js';
import { OutboxRowEntity } from './outbox-row.entity.js';
import { QuotaEntity } from './quota.entity.js';
import { ResourceLabelEntity } from './resource-label.entity.js';
import { RouteEntity } from './route.entity.js';
import { StickyKeyEntity } from './sticky-key.entity.js';
import { TenantEntity } from './tenant.entity.js';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import { WebhookEntity } from './webhook.entity.js';
import { UsageSequenceEntity } from './usage-sequence.entity.js';

export const entities = [
  TenantEntity,
  RouteEntity,
  ApiKeyEntity,
  StickyKeyEntity,
  OperatorEntity,
  AuditEntryEntity,
  OutboxRowEntity,
  ConfigStateEntity,
  IdempotencyRecordEntity,
  HostGrantEntity,
  ResourceLabelEntity,
  UsageSequenceEntity,
  QuotaEntity,
  ExhaustionEntity,
  WebhookEntity,
  WebhookDeliveryEntity,
];
