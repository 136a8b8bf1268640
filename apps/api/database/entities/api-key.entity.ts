import type { ApiKey } from '#libs/contract';
import { defineEntity } from './define-entity.js';
import { wholeNumber } from './whole-number.js';

/** An API key as it is stored; the key itself is not. */
export type ApiKeyRow = Omit<ApiKey, 'previous'> & {
  secretHash: string;
  /** The secret before the last rotation; these three are null together. */
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
