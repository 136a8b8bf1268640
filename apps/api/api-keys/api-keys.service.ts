import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { apiKeyCreateSchema, newId, type ApiKey, type ApiKeyCreate, type IssuedApiKey } from '#libs/contract';
import { generateApiKey } from '#libs/credentials';
import { Database } from '../database/database.js';
import { apiKeyColumnsOf, type ApiKeyRow } from '../database/entities/api-key.entity.js';
import { applyMergePatch } from '../http/apply-merge-patch.js';
import { requireMatch } from '../http/etag.js';
import { ProblemError } from '../http/problem-error.js';
import type { RequestContext } from '../http/request-context.js';
import {
  apiKeyConditions,
  apiKeyListing,
  type AllApiKeysQuery,
  type ApiKeyListQuery,
} from '../lists/api-key-listing.js';
import type { ListPage } from '../lists/list-page.js';
import { ListReader } from '../lists/list-reader.js';
import { ConfigurationWriter } from '../publishing/configuration-writer.js';
import { apiKeyEntry, apiKeyResource, previousOf } from '../resources/api-key.js';
import { findTenant, tenantInView } from '../resources/find-tenant.js';
import { refuseNameConflict } from '../resources/name-conflict.js';
import { insertRows, updateRow } from '../resources/stored-rows.js';
import { requireRoomForApiKey } from '../tenants/quota.js';
import { findKeyOf, requireGrantable, requireNotExpired, requireRoutesOfTenant } from './api-key-rules.js';
import type { RotateRequest } from './rotate-request.js';

type PreviousColumns = Pick<ApiKeyRow, 'previousPrefix' | 'previousSecretHash' | 'previousExpiresAt'>;

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly writer: ConfigurationWriter,
    private readonly database: Database,
    private readonly lists: ListReader,
  ) {}

  create(context: RequestContext, tenant: string, fields: ApiKeyCreate): Promise<IssuedApiKey> {
    return this.writer.commit(context, async (transaction) => {
      const owner = await findTenant(transaction.manager, context.principal, tenant);
      const { id: tenantId } = owner;
      requireGrantable(context.principal, fields);
      requireNotExpired(fields, transaction.at);
      await requireRoomForApiKey(transaction.manager, owner);
      await requireRoutesOfTenant(transaction.manager, tenantId, fields.routeIds);
      const { key, prefix, secretHash } = generateApiKey();
      const unused = { ...noPrevious, revokedAt: null, lastUsedAt: null, createdAt: transaction.at };
      const columns = { ...apiKeyColumnsOf({ tenantId, ...fields, revokedAt: null }), prefix, secretHash };
      const row: ApiKeyRow = { id: newId('apiKey'), tenantId, ...fields, ...columns, ...unused };
      await write(row, insertRows(transaction.manager, apiKeyResource, [row]));
      transaction.record({ action: 'apiKey.create', targetId: row.id, tenantId }, [apiKeyEntry(row)]);
      return { ...apiKeyOf(row), key };
    });
  }

  async list(
    { principal }: RequestContext,
    tenant: string,
    query: ApiKeyListQuery,
  ): Promise<ListPage<ApiKey>> {
    const { id } = await findTenant(this.database.read, principal, tenant);
    return this.lists.list(apiKeyListing, query, apiKeyConditions(query, id), apiKeyOf);
  }

  /** Lists the keys of all tenants that the principal may see, or of one. */
  async listAll({ principal }: RequestContext, query: AllApiKeysQuery): Promise<ListPage<ApiKey>> {
    const tenantId = await tenantInView(this.database.read, principal, query.tenant);
    return this.lists.list(apiKeyListing, query, apiKeyConditions(query, tenantId), apiKeyOf);
  }

  async get({ principal }: RequestContext, tenant: string, key: string): Promise<ApiKey> {
    return apiKeyOf(await findKeyOf(this.database.read, principal, tenant, key));
  }

  update(
    context: RequestContext,
    tenant: string,
    key: string,
    patch: Record<string, unknown>,
  ): Promise<ApiKey> {
    return this.writer.commit(context, async (transaction) => {
      const row = await findUsableKey(transaction.manager, context, tenant, key);
      const fields = editableFieldsOf(row);
      const changed = applyMergePatch(apiKeyCreateSchema, fields, patch, apiKeyOf(row));
      if (isDeepStrictEqual(changed, fields)) return apiKeyOf(row);
      requireGrantable(context.principal, changed);
      if (changed.expiresAt !== fields.expiresAt) requireNotExpired(changed, transaction.at);
      // A key may keep the id of a route that was deleted; ids that are added must exist.
      const added = changed.routeIds?.map((id) => (fields.routeIds?.includes(id) ? null : id)) ?? null;
      await requireRoutesOfTenant(transaction.manager, row.tenantId, added);
      const updated: ApiKeyRow = { ...row, ...changed, ...apiKeyColumnsOf({ ...row, ...changed }) };
      await write(updated, updateRow(transaction.manager, apiKeyResource, row, updated));
      const subject = { action: 'apiKey.update', targetId: row.id, tenantId: row.tenantId } as const;
      transaction.record(subject, [apiKeyEntry(updated)]);
      return apiKeyOf(updated);
    });
  }

  /**
   * Replaces the secret. The previous secret stays valid for the grace period; an older one expires at once.
   */
  rotate(
    context: RequestContext,
    tenant: string,
    reference: string,
    { graceSeconds }: RotateRequest,
  ): Promise<IssuedApiKey> {
    return this.writer.commit(context, async (transaction) => {
      const row = await findUsableKey(transaction.manager, context, tenant, reference);
      requireGrantable(context.principal, row);
      const { key, prefix, secretHash } = generateApiKey();
      const graceEnd = new Date(Date.parse(transaction.at) + graceSeconds * 1000).toISOString();
      const previous = graceSeconds === 0 ? noPrevious : previousUntil(row, graceEnd);
      const rotated: ApiKeyRow = { ...row, prefix, secretHash, ...previous };
      await updateRow(transaction.manager, apiKeyResource, row, rotated);
      const subject = { action: 'apiKey.rotate', targetId: row.id, tenantId: row.tenantId } as const;
      transaction.record(subject, [apiKeyEntry(rotated)]);
      return { ...apiKeyOf(rotated), key };
    });
  }

  /** The key stays listed, with the time of its revocation. Revoking it again changes nothing. */
  async revoke(context: RequestContext, tenant: string, key: string): Promise<void> {
    await this.writer.commit(context, async (transaction) => {
      const row = await findKeyOf(transaction.manager, context.principal, tenant, key);
      requireMatch(context.ifMatch, apiKeyOf(row));
      if (row.revokedAt !== null) return row;
      const revoked: ApiKeyRow = { ...row, revokedAt: transaction.at, nameClaim: null };
      await updateRow(transaction.manager, apiKeyResource, row, revoked);
      const subject = { action: 'apiKey.revoke', targetId: row.id, tenantId: row.tenantId } as const;
      transaction.record(subject, [apiKeyEntry(revoked)]);
      return revoked;
    });
  }
}

function apiKeyOf(row: ApiKeyRow): ApiKey {
  const { id, tenantId, prefix, revokedAt, lastUsedAt, createdAt } = row;
  const before = previousOf(row);
  const previous = before && { prefix: before.prefix, expiresAt: before.expiresAt };
  return { id, tenantId, ...editableFieldsOf(row), prefix, previous, revokedAt, lastUsedAt, createdAt };
}

function write({ name }: ApiKeyRow, statements: Promise<void>): Promise<void> {
  return refuseNameConflict('API key', name, statements);
}

const noPrevious = { previousPrefix: null, previousSecretHash: null, previousExpiresAt: null };

function previousUntil({ prefix, secretHash }: ApiKeyRow, expiresAt: string): PreviousColumns {
  return { previousPrefix: prefix, previousSecretHash: secretHash, previousExpiresAt: expiresAt };
}

function editableFieldsOf(row: ApiKeyRow): ApiKeyCreate {
  const { name, labels, scopes, routeIds, maxConnections, quota, expiresAt } = row;
  return { name, labels, scopes, routeIds, maxConnections, quota, expiresAt };
}

async function findUsableKey(
  manager: EntityManager,
  { principal, ifMatch }: RequestContext,
  tenant: string,
  key: string,
): Promise<ApiKeyRow> {
  const row = await findKeyOf(manager, principal, tenant, key);
  requireMatch(ifMatch, apiKeyOf(row));
  if (row.revokedAt === null) return row;
  throw new ProblemError('key_revoked', { detail: 'A revoked key stays revoked; create another one.' });
}
