import { IsNull } from 'typeorm';
import { z } from 'zod';
import {
  apiKeyCreateSchema,
  apiKeySchema,
  idSchema,
  momentSchema,
  newId,
  publishedApiKeySchema,
  refuseRepeated,
  type ConfigEntry,
  type PublishedApiKey,
} from '#libs/contract';
import { apiKeyColumnsOf, ApiKeyEntity, type ApiKeyRow } from '../database/entities/api-key.entity.js';
import { ProblemError } from '../http/problem-error.js';
import { apiKeyListing } from '../lists/api-key-listing.js';
import { requireNoIdPrefix } from './require-no-id-prefix.js';
import type { DocumentUnique, Resource, RowContext, UniqueRule } from './resource.js';

export const apiKeyDocumentSchema = z
  .strictObject({
    id: idSchema('apiKey').optional().meta({ description: 'Omitted: found by its prefix, or created' }),
    ...apiKeyCreateSchema.shape,
    routeIds: apiKeySchema.shape.routeIds,
    prefix: z
      .string()
      .regex(/^slc_[0-9A-Za-z]{12}$/, 'expected the public start of a key, slc_ and 12 characters')
      .meta({ description: 'Public prefix of the key', example: 'slc_AbC123dEf456' }),
    secretHash: publishedApiKeySchema.shape.secretHash.meta({ description: 'SHA-256 of the secret' }),
    previous: publishedApiKeySchema.shape.previous,
    revokedAt: momentSchema
      .nullable()
      .default(null)
      .meta({ description: 'Time at which the key was revoked; null means that it is not revoked' }),
  })
  .superRefine(({ routeIds }, context) => refuseRepeated(routeIds ?? [], context, ['routeIds']))
  .meta({ id: 'ConfigurationApiKey' });

export type ApiKeyDocument = z.output<typeof apiKeyDocumentSchema>;

const prefixRule: UniqueRule = { code: 'validation_failed', message: 'another key has this prefix:' };

export const apiKeyResource: Resource<ApiKeyRow, ApiKeyDocument> = {
  kind: 'apiKey',
  listing: apiKeyListing,
  entity: ApiKeyEntity,
  tenantIdOf: ({ tenantId }) => tenantId,
  fieldsOf: (row) => {
    const { name, labels, prefix, secretHash, revokedAt } = row;
    const { previousPrefix, previousSecretHash, previousExpiresAt } = row;
    const previous = { previousPrefix, previousSecretHash, previousExpiresAt };
    return { name, labels, prefix, secretHash, ...previous, ...grantOf(row), revokedAt };
  },
  auditedFields: [
    ...['name', 'labels', 'scopes', 'routeIds', 'maxConnections', 'messagesPerSecond', 'bytesPerSecond'],
    ...['quota', 'expiresAt', 'revokedAt', 'prefix', 'previousPrefix', 'previousExpiresAt'],
  ],
  redact: (fields) => fields,
  entryOf: apiKeyEntry,
  publishedWhere: { revokedAt: IsNull() },
  uniqueValuesOf: ({ prefix, previousPrefix }) => [prefix, previousPrefix ?? prefix],
  deleteAction: 'apiKey.revoke',
  schema: apiKeyDocumentSchema,
  documentOf: (row) => {
    const { id, name, labels, prefix, secretHash, revokedAt } = row;
    return { id, name, labels, ...grantOf(row), prefix, secretHash, previous: previousOf(row), revokedAt };
  },
  rowFrom: apiKeyRow,
  naturalKeyOf: ({ prefix }) => prefix,
  sortKeyOf: ({ prefix }) => prefix,
  displayNameOf: ({ name }) => name,
  documentNameOf: ({ name, revokedAt }) => (revokedAt === null ? name : ''),
  documentUniquesOf: ({ prefix, previous }) => [
    { rule: prefixRule, value: prefix, field: 'prefix' },
    ...(previous === null ? [] : [previousUnique(previous.prefix)]),
  ],
  labelsOf: ({ labels }) => labels,
  quotaOf: ({ quota, revokedAt }) => (revokedAt === null ? quota : null),
  secretFields: /^(secretHash|previousSecretHash)$/,
};

function previousUnique(value: string): DocumentUnique {
  return { rule: prefixRule, value, field: 'previous.prefix' };
}

/** A key as gateways receive it, with a SHA-256 of its secret. A revoked key is published as deleted. */
function apiKeyEntry(row: ApiKeyRow): ConfigEntry {
  return { kind: 'apiKey', id: row.id, value: publishedApiKeyOf(row) };
}

/** Null if the key is revoked. */
export function publishedApiKeyOf(row: ApiKeyRow): PublishedApiKey | null {
  const { id, tenantId, name, labels, prefix, secretHash } = row;
  if (row.revokedAt !== null) return null;
  return { id, tenantId, name, labels, prefix, secretHash, previous: previousOf(row), ...grantOf(row) };
}

type KeyGrant = Pick<
  PublishedApiKey,
  'scopes' | 'routeIds' | 'maxConnections' | 'messagesPerSecond' | 'bytesPerSecond' | 'quota' | 'expiresAt'
>;

/** The rights and limits of the key. */
export function grantOf({
  scopes,
  routeIds,
  maxConnections,
  messagesPerSecond,
  bytesPerSecond,
  quota,
  expiresAt,
}: ApiKeyRow): KeyGrant {
  return { scopes, routeIds, maxConnections, messagesPerSecond, bytesPerSecond, quota, expiresAt };
}

/** The secret before the last rotation, even after it has expired; null if there is none. */
export function previousOf(row: ApiKeyRow): PublishedApiKey['previous'] {
  const { previousPrefix: prefix, previousSecretHash: secretHash, previousExpiresAt: expiresAt } = row;
  return prefix === null || secretHash === null || expiresAt === null
    ? null
    : { prefix, secretHash, expiresAt };
}

function apiKeyRow(document: ApiKeyDocument, before: ApiKeyRow | null, context: RowContext): ApiKeyRow {
  const { previous, id = newId('apiKey'), ...fields } = document;
  // An id comes from an export, which may have a name from before the rule.
  const beforeName = before?.name ?? (document.id === undefined ? null : document.name);
  requireNoIdPrefix({
    kind: 'apiKey',
    name: document.name,
    before: beforeName,
    field: `${context.field}.name`,
  });
  if (before !== null && before.revokedAt !== null && fields.revokedAt === null) {
    const message = 'the key is revoked and stays so; keep its revokedAt, or create another key';
    throw new ProblemError('key_revoked', { errors: [{ field: `${context.field}.revokedAt`, message }] });
  }
  const { tenantId } = context;
  return {
    ...fields,
    id: before?.id ?? id,
    tenantId,
    ...apiKeyColumnsOf({ tenantId, ...fields }),
    previousPrefix: previous?.prefix ?? null,
    previousSecretHash: previous?.secretHash ?? null,
    previousExpiresAt: previous?.expiresAt ?? null,
    lastUsedAt: before?.lastUsedAt ?? null,
    createdAt: before?.createdAt ?? context.at,
  };
}
