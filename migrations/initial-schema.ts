import {
  Table,
  TableForeignKey,
  TableIndex,
  TableUnique,
  type MigrationInterface,
  type QueryRunner,
  type TableColumnOptions,
} from 'typeorm';

/** Tenants, routes, API keys, the audit trail, the outbox and the state of publishing. */
export class InitialSchema1764000000000 implements MigrationInterface {
  readonly name = 'InitialSchema1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.createTable(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...tables].reverse()) await runner.dropTable(table);
  }
}

const tenants = new Table({
  name: 'tenants',
  columns: [
    primaryKey('id', 'varchar', 'pk_tenants'),
    column('slug', 'varchar'),
    column('name', 'varchar'),
    column('status', 'varchar'),
    column('limits', 'text'),
    column('createdAt', 'varchar'),
    column('updatedAt', 'varchar'),
  ],
  uniques: [new TableUnique({ name: 'uq_tenants_slug', columnNames: ['slug'] })],
});

const routes = new Table({
  name: 'routes',
  columns: [
    primaryKey('id', 'varchar', 'pk_routes'),
    column('tenantId', 'varchar'),
    // Host and path of an enabled route, null for a disabled one: two enabled routes cannot have the same.
    column('claim', 'varchar', { isNullable: true }),
    column('definition', 'text'),
    column('createdAt', 'varchar'),
    column('updatedAt', 'varchar'),
  ],
  uniques: [new TableUnique({ name: 'uq_routes_claim', columnNames: ['claim'] })],
  indices: [new TableIndex({ name: 'ix_routes_tenant', columnNames: ['tenantId', 'id'] })],
  foreignKeys: [belongsToTenant('fk_routes_tenant')],
});

const apiKeys = new Table({
  name: 'api_keys',
  columns: [
    primaryKey('id', 'varchar', 'pk_api_keys'),
    column('tenantId', 'varchar'),
    column('name', 'varchar'),
    column('prefix', 'varchar'),
    column('secretHash', 'varchar'),
    column('scopes', 'text'),
    column('routeIds', 'text', { isNullable: true }),
    column('maxConnections', 'bigint', { isNullable: true }),
    column('expiresAt', 'varchar', { isNullable: true }),
    column('revokedAt', 'varchar', { isNullable: true }),
    column('lastUsedAt', 'varchar', { isNullable: true }),
    column('createdAt', 'varchar'),
  ],
  uniques: [new TableUnique({ name: 'uq_api_keys_prefix', columnNames: ['prefix'] })],
  indices: [new TableIndex({ name: 'ix_api_keys_tenant', columnNames: ['tenantId', 'id'] })],
  foreignKeys: [belongsToTenant('fk_api_keys_tenant')],
});

// Audit entries outlive their tenant, so this table has no foreign key.
const audit = new Table({
  name: 'audit',
  columns: [
    primaryKey('id', 'varchar', 'pk_audit'),
    column('revision', 'bigint'),
    column('at', 'varchar'),
    column('actorKind', 'varchar'),
    column('actorId', 'varchar', { isNullable: true }),
    column('action', 'varchar'),
    column('targetId', 'varchar'),
    column('tenantId', 'varchar'),
    column('clientAddress', 'varchar', { isNullable: true }),
  ],
  indices: [new TableIndex({ name: 'ix_audit_tenant', columnNames: ['tenantId', 'id'] })],
});

const outbox = new Table({
  name: 'outbox',
  columns: [
    primaryKey('revision', 'bigint', 'pk_outbox'),
    column('committedAt', 'varchar'),
    column('tenantId', 'varchar'),
    column('entries', 'text'),
  ],
});

const configState = new Table({
  name: 'config_state',
  columns: [
    primaryKey('id', 'integer', 'pk_config_state'),
    column('epoch', 'varchar'),
    column('revision', 'bigint'),
  ],
});

const idempotencyKeys = new Table({
  name: 'idempotency_keys',
  columns: [
    primaryKey('scope', 'varchar', 'pk_idempotency_keys'),
    primaryKey('idempotencyKey', 'varchar', 'pk_idempotency_keys'),
    column('fingerprint', 'varchar'),
    column('answer', 'text'),
    column('isSecretWithheld', 'boolean'),
    column('createdAt', 'varchar'),
  ],
  indices: [new TableIndex({ name: 'ix_idempotency_keys_created', columnNames: ['createdAt'] })],
});

const tables = [tenants, routes, apiKeys, audit, outbox, configState, idempotencyKeys];

function column(name: string, type: string, options: Partial<TableColumnOptions> = {}): TableColumnOptions {
  return { name, type, ...options };
}

function primaryKey(name: string, type: string, constraint: string): TableColumnOptions {
  return { name, type, isPrimary: true, primaryKeyConstraintName: constraint };
}

function belongsToTenant(name: string): TableForeignKey {
  return new TableForeignKey({
    name,
    columnNames: ['tenantId'],
    referencedTableName: 'tenants',
    referencedColumnNames: ['id'],
  });
}
