import type { ConfigPosition } from '#libs/contract';
import { storedEntity } from './stored-entity.js';
import { wholeNumber } from './whole-number.js';

/** Where the configuration in this database stands; there is one row, with `configStateId`. */
export type ConfigState = ConfigPosition & {
  id: number;
  /** The name of the fleet, made with the database. */
  fleetId: string;
};

export const configStateId = 1;

export const ConfigStateEntity = storedEntity<ConfigState>({
  name: 'ConfigState',
  tableName: 'config_state',
  columns: {
    id: { type: 'integer', primary: true },
    epoch: { type: 'varchar' },
    revision: { type: 'bigint', transformer: wholeNumber },
    fleetId: { type: 'varchar' },
  },
});
