import {
  Table,
  TableForeignKey,
  TableIndex,
  TableUnique,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';

/** Adds webhooks, and the queue of their events. */
export class Webhooks1764560000000 implements MigrationInterface {
  readonly name = 'Webhooks1764560000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(webhooks);
    await runner.createTable(deliveries);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(deliveries);
    await runner.dropTable(webhooks);
  }
}

const webhooks = new Table({
  name: 'webhooks',
  columns: [
    { name: 'id', type: 'varchar', isPrimary: true, primaryKeyConstraintName: 'pk_webhooks' },
    { name: 'tenantId', type: 'varchar', isNullable: true },
    { name: 'name', type: 'varchar' },
    { name: 'url', type: 'text' },
    { name: 'events', type: 'text' },
    { name: 'enabled', type: 'boolean' },
    { name: 'secret', type: 'varchar' },
    { name: 'previousSecret', type: 'varchar', isNullable: true },
    { name: 'previousSecretExpiresAt', type: 'varchar', isNullable: true },
    { name: 'droppedEvents', type: 'integer' },
    { name: 'createdAt', type: 'varchar' },
    { name: 'updatedAt', type: 'varchar' },
  ],
  indices: [new TableIndex({ name: 'ix_webhooks_tenant', columnNames: ['tenantId', 'id'] })],
  foreignKeys: [owned('fk_webhooks_tenant', 'tenantId', 'tenants')],
});

const deliveries = new Table({
  name: 'webhook_deliveries',
  columns: [
    { name: 'id', type: 'varchar', isPrimary: true, primaryKeyConstraintName: 'pk_webhook_deliveries' },
    { name: 'webhookId', type: 'varchar' },
    { name: 'eventId', type: 'varchar' },
    { name: 'type', type: 'varchar' },
    { name: 'body', type: 'text' },
    { name: 'state', type: 'varchar' },
    { name: 'attempts', type: 'integer' },
    { name: 'nextAttemptAt', type: 'varchar' },
    { name: 'lease', type: 'varchar', isNullable: true },
    { name: 'lastError', type: 'varchar', isNullable: true },
    { name: 'createdAt', type: 'varchar' },
  ],
  // An event that several processes of the API see is stored once.
  uniques: [new TableUnique({ name: 'uq_webhook_deliveries_event', columnNames: ['webhookId', 'eventId'] })],
  indices: [
    new TableIndex({ name: 'ix_webhook_deliveries_due', columnNames: ['state', 'nextAttemptAt'] }),
    new TableIndex({ name: 'ix_webhook_deliveries_webhook', columnNames: ['webhookId', 'state', 'id'] }),
  ],
  foreignKeys: [owned('fk_webhook_deliveries_webhook', 'webhookId', 'webhooks')],
});

function owned(name: string, column: string, referencedTableName: string): TableForeignKey {
  return new TableForeignKey({
    name,
    columnNames: [column],
    referencedTableName,
    referencedColumnNames: ['id'],
    onDelete: 'CASCADE',
  });
}
