import type { ApiKey } from '#libs/contract';
import { defineEntity } from './define-entity.js';
import { wholeNumber } from './whole-number.js';

/** A stored API key, without the secret. */
export type ApiKeyRow = Omit<ApiKey, 'previous'> & {
  secretHash: string;
  /** The previous secret, during its grace period; these three fields are null together. */
  previousPrefix: string | null;
  previousSecretHash: string | null;
  previousExpiresAt: string | null;
};

export const ApiKeyEntity = defineEntity<ApiKeyRow>({
  name: 'ApiKey',
  tableName: 'api_keys',
  columns: {
    id: { type: 'varchar', primary: true },
    tenantId: { type: 'varchar' },
    name: { type: 'varchar' },
    labels: { type: 'simple-json' },
    prefix: { type: 'varchar' },
    secretHash: { type: 'varchar' },
    previousPrefix: { type: 'varchar', nullable: true },
    previousSecretHash: { type: 'varchar', nullable: true },
    previousExpiresAt: { type: 'varchar', nullable: true },
    scopes: { type: 'simple-json' },
    routeIds: { type: 'simple-json', nullable: true },
    maxConnections: { type: 'bigint', nullable: true, transformer: wholeNumber },
    expiresAt: { type: 'varchar', nullable: true },
    revokedAt: { type: 'varchar', nullable: true },
    lastUsedAt: { type: 'varchar', nullable: true },
    createdAt: { type: 'varchar' },
  },
});
