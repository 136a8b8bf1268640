import { defineEntity } from './define-entity.js';
import { wholeNumber } from './whole-number.js';

/** The last report of usage of a gateway that is stored. The rows of reports are added up in other tables. */
export interface UsageSequence {
  gatewayId: string;
  sequence: number;
  storedAt: string;
}

export const UsageSequenceEntity = defineEntity<UsageSequence>({
  name: 'UsageSequence',
  tableName: 'usage_sequences',
  columns: {
    gatewayId: { type: 'varchar', primary: true },
    sequence: { type: 'bigint', transformer: wholeNumber },
    storedAt: { type: 'varchar' },
  },
});
