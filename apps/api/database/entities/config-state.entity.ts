import type { ConfigPosition } from '#libs/contract';
import { defineEntity } from './define-entity.js';
import { wholeNumber } from './whole-number.js';

/** The epoch and revision of the configuration in this database; there is one row, with `configStateId`. */
export type ConfigState = ConfigPosition & {
  id: number;
  /** The id of the fleet, generated with the database. */
  fleetId: string;
};

export const configStateId = 1;

export const ConfigStateEntity = defineEntity<ConfigState>({
  name: 'ConfigState',
  tableName: 'config_state',
  columns: {
    id: { type: 'integer', primary: true },
    epoch: { type: 'varchar' },
    revision: { type: 'bigint', transformer: wholeNumber },
    fleetId: { type: 'varchar' },
  },
});
