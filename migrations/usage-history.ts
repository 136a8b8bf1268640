import {
  Table,
  TableIndex,
  type MigrationInterface,
  type QueryRunner,
  type TableColumnOptions,
} from 'typeorm';

/**
 * Adds the usage of each tenant, route and key by hour and by day, and the last stored report of each
 * gateway. There are no foreign keys: usage stays when a tenant, a route or a key is deleted.
 */
export class UsageHistory1764540000000 implements MigrationInterface {
  readonly name = 'UsageHistory1764540000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.createTable(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...tables].reverse()) await runner.dropTable(table);
  }
}

const counters = [
  'connections',
  'connectionMs',
  'messagesFromClients',
  'bytesFromClients',
  'messagesFromUpstreams',
  'bytesFromUpstreams',
];

const tables = [
  historyOf('hours'),
  historyOf('days'),
  new Table({
    name: 'usage_sequences',
    columns: [
      {
        name: 'gatewayId',
        type: 'varchar',
        isPrimary: true,
        primaryKeyConstraintName: 'pk_usage_sequences',
      },
      { name: 'sequence', type: 'bigint' },
      { name: 'storedAt', type: 'varchar' },
    ],
    indices: [new TableIndex({ name: 'ix_usage_sequences_stored', columnNames: ['storedAt'] })],
  }),
];

// `period` counts the hours or the days since 1970, in UTC. A key's id is empty if there was no key.
function historyOf(unit: 'hours' | 'days'): Table {
  const key = (name: string, type: string): TableColumnOptions => ({
    name,
    type,
    isPrimary: true,
    primaryKeyConstraintName: `pk_usage_${unit}`,
  });
  return new Table({
    name: `usage_${unit}`,
    columns: [
      key('period', 'integer'),
      key('tenantId', 'varchar'),
      key('routeId', 'varchar'),
      key('apiKeyId', 'varchar'),
      ...counters.map((name) => ({ name, type: 'bigint' })),
    ],
    indices: [
      new TableIndex({
        name: `ix_usage_${unit}_tenant`,
        columnNames: ['tenantId', 'period', 'routeId', 'apiKeyId'],
      }),
    ],
  });
}
