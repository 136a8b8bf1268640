import { isDeepStrictEqual } from 'node:util';
import { newId, type ApiKeyCreate, type Tenant } from '#libs/contract';
import { generateApiKey } from '#libs/credentials';
import { apiKeyColumnsOf, type ApiKeyRow } from '../database/entities/api-key.entity.js';
import type { Principal } from '../http/principal.js';
import type { ChangeTransaction } from '../publishing/change-transaction.js';
import { insertResource, updateResource } from '../publishing/write-resource.js';
import { apiKeyResource, grantOf } from '../resources/api-key.js';
import { refuseNameConflict } from '../resources/name-conflict.js';
import { requireNoIdPrefix } from '../resources/require-no-id-prefix.js';
import { requireRoomForApiKey } from '../tenants/quota.js';
import { requireGrantable, requireNotExpired } from './api-key-rules.js';
import { referencedRoutes } from './referenced-routes.js';

export const noPrevious = { previousPrefix: null, previousSecretHash: null, previousExpiresAt: null };

/**
 * Creates a key in a transaction; `key` is the complete key. Throws a `ProblemError` if a rule forbids it.
 */
export async function insertApiKey(
  transaction: ChangeTransaction,
  principal: Principal,
  owner: Tenant,
  declared: ApiKeyCreate,
): Promise<{ row: ApiKeyRow; key: string }> {
  const { id: tenantId } = owner;
  const routeIds = await referencedRoutes(transaction.manager, tenantId, declared.routeIds);
  const fields = { ...declared, routeIds };
  requireNoIdPrefix({ kind: 'apiKey', name: fields.name, before: null });
  requireGrantable(principal, fields);
  requireNotExpired(fields, transaction.at);
  await requireRoomForApiKey(transaction.manager, owner);
  const { key, prefix, secretHash } = generateApiKey();
  const unused = { ...noPrevious, revokedAt: null, lastUsedAt: null, createdAt: transaction.at };
  const columns = { ...apiKeyColumnsOf({ tenantId, ...fields, revokedAt: null }), prefix, secretHash };
  const row: ApiKeyRow = { id: newId('apiKey'), tenantId, ...fields, ...columns, ...unused };
  await refuseNameConflict('API key', row.name, insertResource(transaction, apiKeyResource, row));
  return { row, key };
}

/** Changes the fields of a key in a transaction; does nothing if they are equal. */
export async function changeApiKey(
  transaction: ChangeTransaction,
  principal: Principal,
  row: ApiKeyRow,
  declared: ApiKeyCreate,
): Promise<ApiKeyRow> {
  const fields = editableFieldsOf(row);
  const kept = fields.routeIds ?? [];
  const routeIds = await referencedRoutes(transaction.manager, row.tenantId, declared.routeIds, kept);
  const changed = { ...declared, routeIds };
  if (isDeepStrictEqual(changed, fields)) return row;
  requireGrantable(principal, changed);
  if (changed.expiresAt !== fields.expiresAt) requireNotExpired(changed, transaction.at);
  requireNoIdPrefix({ kind: 'apiKey', name: changed.name, before: row.name });
  const updated: ApiKeyRow = { ...row, ...changed, ...apiKeyColumnsOf({ ...row, ...changed }) };
  const update = updateResource(transaction, apiKeyResource, row, updated);
  await refuseNameConflict('API key', updated.name, update);
  return updated;
}

export function editableFieldsOf(row: ApiKeyRow): ApiKeyCreate {
  const { name, labels } = row;
  return { name, labels, ...grantOf(row) };
}
