import { isDeepStrictEqual } from 'node:util';
import { newId, type ApiKeyCreate, type Tenant } from '#libs/contract';
import { generateApiKey } from '#libs/credentials';
import { apiKeyColumnsOf, type ApiKeyRow } from '../database/entities/api-key.entity.js';
import type { Principal } from '../http/principal.js';
import type { ChangeTransaction } from '../publishing/change-transaction.js';
import { insertResource, updateResource } from '../publishing/write-resource.js';
import { apiKeyResource, grantOf } from '../resources/api-key.js';
import { refuseNameConflict } from '../resources/name-conflict.js';
import { requireRoomForApiKey } from '../tenants/quota.js';
import { requireGrantable, requireNotExpired, requireRoutesOfTenant } from './api-key-rules.js';

export const noPrevious = { previousPrefix: null, previousSecretHash: null, previousExpiresAt: null };

/** Creates a key in a transaction; `key` is the complete key. Throws a `ProblemError` if it may not be. */
export async function insertApiKey(
  transaction: ChangeTransaction,
  principal: Principal,
  owner: Tenant,
  fields: ApiKeyCreate,
): Promise<{ row: ApiKeyRow; key: string }> {
  const { id: tenantId } = owner;
  requireGrantable(principal, fields);
  requireNotExpired(fields, transaction.at);
  await requireRoomForApiKey(transaction.manager, owner);
  await requireRoutesOfTenant(transaction.manager, tenantId, fields.routeIds);
  const { key, prefix, secretHash } = generateApiKey();
  const unused = { ...noPrevious, revokedAt: null, lastUsedAt: null, createdAt: transaction.at };
  const columns = { ...apiKeyColumnsOf({ tenantId, ...fields, revokedAt: null }), prefix, secretHash };
  const row: ApiKeyRow = { id: newId('apiKey'), tenantId, ...fields, ...columns, ...unused };
  await refuseNameConflict('API key', row.name, insertResource(transaction, apiKeyResource, row));
  return { row, key };
}

/** Gives a key other fields in a transaction; does nothing if it has those fields. */
export async function changeApiKey(
  transaction: ChangeTransaction,
  principal: Principal,
  row: ApiKeyRow,
  changed: ApiKeyCreate,
): Promise<ApiKeyRow> {
  const fields = editableFieldsOf(row);
  if (isDeepStrictEqual(changed, fields)) return row;
  requireGrantable(principal, changed);
  if (changed.expiresAt !== fields.expiresAt) requireNotExpired(changed, transaction.at);
  // A key may keep the id of a route that was deleted; ids that are added must exist.
  const added = changed.routeIds?.map((id) => (fields.routeIds?.includes(id) ? null : id)) ?? null;
  await requireRoutesOfTenant(transaction.manager, row.tenantId, added);
  const updated: ApiKeyRow = { ...row, ...changed, ...apiKeyColumnsOf({ ...row, ...changed }) };
  const update = updateResource(transaction, apiKeyResource, row, updated);
  await refuseNameConflict('API key', updated.name, update);
  return updated;
}

export function editableFieldsOf(row: ApiKeyRow): ApiKeyCreate {
  const { name, labels } = row;
  return { name, labels, ...grantOf(row) };
}
