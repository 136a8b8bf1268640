import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { apiKeyCreateSchema, type ApiKey, type ApiKeyCreate, type IssuedApiKey } from '#libs/contract';
import { generateApiKey } from '#libs/credentials';
import { Database } from '../database/database.js';
import type { ApiKeyRow } from '../database/entities/api-key.entity.js';
import { applyMergePatch } from '../http/apply-merge-patch.js';
import { requireMatch, requirePreconditions } from '../http/etag.js';
import { fieldsFromReplace } from '../http/fields-from-replace.js';
import { ProblemError } from '../http/problem-error.js';
import type { RequestContext } from '../http/request-context.js';
import {
  apiKeyConditions,
  apiKeyListing,
  type AllApiKeysQuery,
  type ApiKeyListQuery,
} from '../lists/api-key-listing.js';
import { ListItems } from '../lists/list-items.js';
import type { ListPage } from '../lists/list-page.js';
import { ListReader } from '../lists/list-reader.js';
import { ConfigurationWriter } from '../publishing/configuration-writer.js';
import { updateResource } from '../publishing/write-resource.js';
import { apiKeyResource, previousOf } from '../resources/api-key.js';
import { declaredName } from '../resources/declared-name.js';
import { findApiKeyOrName, idOfFilter } from '../resources/find-by-reference.js';
import { findTenant, tenantsInView } from '../resources/find-tenant.js';
import { findKeyOf, requireGrantable } from './api-key-rules.js';
import type { RotateRequest } from './rotate-request.js';
import { changeApiKey, editableFieldsOf, insertApiKey, noPrevious } from './write-api-key.js';

type PreviousColumns = Pick<ApiKeyRow, 'previousPrefix' | 'previousSecretHash' | 'previousExpiresAt'>;

/** The body of a PUT, which may lack the name that the path has. */
export type ApiKeyReplace = Omit<ApiKeyCreate, 'name'> & { name?: string | undefined };

@Injectable()
export class ApiKeysService {
  readonly #items = new ListItems(apiKeyOf);

  constructor(
    private readonly writer: ConfigurationWriter,
    private readonly database: Database,
    private readonly lists: ListReader,
  ) {}

  create(context: RequestContext, tenant: string, fields: ApiKeyCreate): Promise<IssuedApiKey> {
    return this.writer.commit(context, async (transaction) => {
      const owner = await findTenant(transaction.manager, context.principal, tenant);
      const { row, key } = await insertApiKey(transaction, context.principal, owner, fields);
      return { ...apiKeyOf(row), key };
    });
  }

  async list(
    { principal }: RequestContext,
    tenant: string,
    query: ApiKeyListQuery,
  ): Promise<ListPage<ApiKey>> {
    const { id } = await findTenant(this.database.read, principal, tenant);
    return this.#pageOf(query, [id]);
  }

  /** Lists the keys of all tenants that the principal may see, or of one. */
  async listAll({ principal }: RequestContext, query: AllApiKeysQuery): Promise<ListPage<ApiKey>> {
    const tenantIds = await tenantsInView(this.database.read, principal, query.tenant);
    return this.#pageOf(query, tenantIds);
  }

  async #pageOf(query: ApiKeyListQuery, tenantIds: readonly string[] | null): Promise<ListPage<ApiKey>> {
    const { route } = query;
    const tenantId = tenantIds?.length === 1 ? tenantIds[0] : undefined;
    const routeId =
      route === undefined ? undefined : await idOfFilter(this.database.read, 'route', route, tenantId);
    const conditions = apiKeyConditions({ ...query, route: routeId }, tenantIds);
    return this.lists.list(apiKeyListing, query, conditions, this.#items);
  }

  async get({ principal }: RequestContext, tenant: string, key: string): Promise<ApiKey> {
    return apiKeyOf(await findKeyOf(this.database.read, principal, tenant, key));
  }

  /**
   * Replaces a key; creates it if the path has a name that no key has. Sets `created` of the context.
   */
  async replace(
    context: RequestContext,
    tenant: string,
    reference: string,
    body: ApiKeyReplace,
  ): Promise<ApiKey | IssuedApiKey> {
    const { principal } = context;
    const name = declaredName({ field: 'name', inBody: body.name, reference });
    const { answer, isNew } = await this.writer.commit(context, async (transaction) => {
      const owner = await findTenant(transaction.manager, principal, tenant);
      const row = await findApiKeyOrName(transaction.manager, owner.id, reference);
      const shown = row && apiKeyOf(row);
      requirePreconditions(context, shown);
      if (row !== null) requireNotRevoked(row);
      const fields = fieldsFromReplace(apiKeyCreateSchema, { ...body, name }, shown);
      if (row !== null) {
        const changed = await changeApiKey(transaction, principal, row, fields);
        return { answer: apiKeyOf(changed), isNew: false };
      }
      const issued = await insertApiKey(transaction, principal, owner, fields);
      return { answer: { ...apiKeyOf(issued.row), key: issued.key }, isNew: true };
    });
    context.created = isNew;
    return answer;
  }

  update(
    context: RequestContext,
    tenant: string,
    key: string,
    patch: Record<string, unknown>,
  ): Promise<ApiKey> {
    return this.writer.commit(context, async (transaction) => {
      const row = await findUsableKey(transaction.manager, context, tenant, key);
      const fields = applyMergePatch(apiKeyCreateSchema, editableFieldsOf(row), patch, apiKeyOf(row));
      return apiKeyOf(await changeApiKey(transaction, context.principal, row, fields));
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
      await updateResource(transaction, apiKeyResource, row, rotated, 'apiKey.rotate');
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
      await updateResource(transaction, apiKeyResource, row, revoked, 'apiKey.revoke');
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

function previousUntil({ prefix, secretHash }: ApiKeyRow, expiresAt: string): PreviousColumns {
  return { previousPrefix: prefix, previousSecretHash: secretHash, previousExpiresAt: expiresAt };
}

async function findUsableKey(
  manager: EntityManager,
  { principal, ifMatch }: RequestContext,
  tenant: string,
  key: string,
): Promise<ApiKeyRow> {
  const row = await findKeyOf(manager, principal, tenant, key);
  requireMatch(ifMatch, apiKeyOf(row));
  requireNotRevoked(row);
  return row;
}

function requireNotRevoked({ revokedAt }: ApiKeyRow): void {
  if (revokedAt === null) return;
  throw new ProblemError('key_revoked', { detail: 'A revoked key stays revoked; create another one.' });
}
