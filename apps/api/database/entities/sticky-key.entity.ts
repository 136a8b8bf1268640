import { defineEntity } from './define-entity.js';

/** The key that signs the sticky cookies of a tenant. It is deleted with the tenant. */
export interface StickyKeyRow {
  id: string;
  tenantId: string;
  /** 256 bits in hexadecimal. */
  secret: string;
  /** The secret before the last rotation; null means none. */
  previousSecret: string | null;
  /** The time of the creation or the last rotation. */
  rotatedAt: string;
}

export const StickyKeyEntity = defineEntity<StickyKeyRow>({
  name: 'StickyKey',
  tableName: 'sticky_keys',
  columns: {
    id: { type: 'varchar', primary: true },
    tenantId: { type: 'varchar' },
    secret: { type: 'varchar' },
    previousSecret: { type: 'varchar', nullable: true },
    rotatedAt: { type: 'varchar' },
  },
});
