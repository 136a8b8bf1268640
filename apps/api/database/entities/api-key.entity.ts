import type { ApiKey } from '#libs/contract';
import { defineEntity } from './define-entity.js';
import { nameClaimOf } from './name-claim.js';
import { wholeNumber } from './whole-number.js';

/** A stored API key, without the secret. */
export type ApiKeyRow = Omit<ApiKey, 'previous'> & {
  secretHash: string;
  /** `nameClaimOf` its name, unique; null once it is revoked. */
  nameClaim: string | null;
  /** The previous secret, during its grace period; these three fields are null together. */
  previousPrefix: string | null;
  previousSecretHash: string | null;
  previousExpiresAt: string | null;
};

/** The columns derived from other fields of a key. */
export function apiKeyColumnsOf({
  tenantId,
  name,
  revokedAt,
}: Pick<ApiKeyRow, 'tenantId' | 'name' | 'revokedAt'>): Pick<ApiKeyRow, 'nameClaim'> {
  return { nameClaim: revokedAt === null ? nameClaimOf(tenantId, name) : null };
}

export const ApiKeyEntity = defineEntity<ApiKeyRow>({
  name: 'ApiKey',
  tableName: 'api_keys',
  columns: {
    id: { type: 'varchar', primary: true },
    tenantId: { type: 'varchar' },
    name: { type: 'varchar' },
    nameClaim: { type: 'varchar', nullable: true },
    labels: { type: 'simple-json' },
    prefix: { type: 'varchar' },
    secretHash: { type: 'varchar' },
    previousPrefix: { type: 'varchar', nullable: true },
    previousSecretHash: { type: 'varchar', nullable: true },
    previousExpiresAt: { type: 'varchar', nullable: true },
    scopes: { type: 'simple-json' },
    routeIds: { type: 'simple-json', nullable: true },
    maxConnections: { type: 'bigint', nullable: true, transformer: wholeNumber },
    messagesPerSecond: { type: 'bigint', nullable: true, transformer: wholeNumber },
    bytesPerSecond: { type: 'bigint', nullable: true, transformer: wholeNumber },
    quota: { type: 'simple-json' },
    expiresAt: { type: 'varchar', nullable: true },
    revokedAt: { type: 'varchar', nullable: true },
    lastUsedAt: { type: 'varchar', nullable: true },
    createdAt: { type: 'varchar' },
  },
});
