import type { PublishedExhaustion } from '#libs/contract';
import { defineEntity } from './define-entity.js';

/** A quota that is used up until the end of the month, stored as it is published. */
export const ExhaustionEntity = defineEntity<PublishedExhaustion>({
  name: 'Exhaustion',
  tableName: 'exhaustions',
  columns: {
    id: { type: 'varchar', primary: true },
    tenantId: { type: 'varchar' },
    subjectId: { type: 'varchar' },
    until: { type: 'varchar' },
    closesLive: { type: 'boolean' },
  },
});
