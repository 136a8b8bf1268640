import type { ConfigEntry } from '#libs/contract';
import { defineEntity } from './define-entity.js';
import { wholeNumber } from './whole-number.js';

/** One committed change, waiting to be published. Revisions have no gaps. */
export interface OutboxRow {
  revision: number;
  committedAt: string;
  /** The tenant to which all entries of the change belong. */
  tenantId: string;
  entries: ConfigEntry[];
}

export const OutboxRowEntity = defineEntity<OutboxRow>({
  name: 'OutboxRow',
  tableName: 'outbox',
  columns: {
    revision: { type: 'bigint', primary: true, transformer: wholeNumber },
    committedAt: { type: 'varchar' },
    tenantId: { type: 'varchar' },
    entries: { type: 'simple-json' },
  },
});
