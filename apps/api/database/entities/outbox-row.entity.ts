import type { ConfigEntry } from '#libs/contract';
import { storedEntity } from './stored-entity.js';
import { wholeNumber } from './whole-number.js';

/** One committed change, waiting to be published. Revisions have no gaps. */
export interface OutboxRow {
  revision: number;
  committedAt: string;
  /** The tenant to which everything in the change belongs. */
  tenantId: string;
  entries: ConfigEntry[];
}

export const OutboxRowEntity = storedEntity<OutboxRow>({
  name: 'OutboxRow',
  tableName: 'outbox',
  columns: {
    revision: { type: 'bigint', primary: true, transformer: wholeNumber },
    committedAt: { type: 'varchar' },
    tenantId: { type: 'varchar' },
    entries: { type: 'simple-json' },
  },
});
