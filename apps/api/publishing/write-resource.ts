import type { AuditAction } from '../database/entities/audit-entry.entity.js';
import type { Resource } from '../resources/resource.js';
import { deleteRows, insertRows, updateRow } from '../resources/stored-rows.js';
import type { ChangeTransaction } from './change-transaction.js';

// Each of these writes a row of one resource and records the change, so that no write is left out of the
// audit trail or of what gateways receive.

export async function insertResource<Row extends { id: string }, Document>(
  transaction: ChangeTransaction,
  resource: Resource<Row, Document>,
  row: Row,
): Promise<void> {
  await insertRows(transaction.manager, resource, [row]);
  const subject = { action: `${resource.kind}.create`, targetId: row.id } as const;
  transaction.record({ ...subject, tenantId: resource.tenantIdOf(row) }, [resource.entryOf(row)]);
}

export async function updateResource<Row extends { id: string }, Document>(
  transaction: ChangeTransaction,
  resource: Resource<Row, Document>,
  before: Row,
  after: Row,
  action: AuditAction = `${resource.kind}.update`,
): Promise<void> {
  await updateRow(transaction.manager, resource, before, after);
  const subject = { action, targetId: after.id, tenantId: resource.tenantIdOf(after) };
  transaction.record(subject, [resource.entryOf(after)]);
}

export async function deleteResource<Row extends { id: string }, Document>(
  transaction: ChangeTransaction,
  resource: Resource<Row, Document>,
  row: Row,
): Promise<void> {
  const { kind, deleteAction: action } = resource;
  await deleteRows(transaction.manager, resource, [row]);
  const subject = { action, targetId: row.id, tenantId: resource.tenantIdOf(row) };
  transaction.record(subject, [{ kind, id: row.id, value: null }]);
}
