import { ApiKeyEntity } from '../api-keys/api-key.entity.js';
import { AuditEntryEntity } from '../audit/audit-entry.entity.js';
import { IdempotencyRecordEntity } from '../idempotency/idempotency-record.entity.js';
import { OperatorEntity } from '../operators/operator.entity.js';
import { ConfigStateEntity } from '../publishing/config-state.entity.js';
import { OutboxRowEntity } from '../publishing/outbox-row.entity.js';
import { RouteEntity } from '../routes/route.entity.js';
import { HostGrantEntity } from '../tenants/host-grant.entity.js';
import { TenantEntity } from '../tenants/tenant.entity.js';

export const entities = [
  TenantEntity,
  RouteEntity,
  ApiKeyEntity,
  OperatorEntity,
  AuditEntryEntity,
  OutboxRowEntity,
  ConfigStateEntity,
  IdempotencyRecordEntity,
  HostGrantEntity,
];
