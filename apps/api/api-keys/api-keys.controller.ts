import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  apiKeyCreateSchema,
  apiKeySchema,
  issuedApiKeySchema,
  patchSchemaOf,
  type ApiKey,
  type ApiKeyCreate,
  type IssuedApiKey,
} from '#libs/contract';
import { withReadOnlyFields } from '../http/read-only-fields.js';
import { Context, type RequestContext } from '../http/request-context.js';
import { apiKeyListQuerySchema, type ApiKeyListQuery } from '../lists/api-key-listing.js';
import { listPageSchemaOf, type ListPage } from '../lists/list-page.js';
import { mergePatchDescription, Operation } from '../openapi/operation.decorator.js';
import { ApiKeysService, type ApiKeyReplace } from './api-keys.service.js';
import { rotateRequestSchema, type RotateRequest } from './rotate-request.js';

const apiKeyPatchSchema = withReadOnlyFields(patchSchemaOf(apiKeyCreateSchema), apiKeySchema).meta({
  id: 'ApiKeyPatch',
});
const apiKeyReplaceBody = withReadOnlyFields(
  z.strictObject({
    ...apiKeyCreateSchema.shape,
    name: apiKeyCreateSchema.shape.name
      .optional()
      .meta({ description: 'Name of the API key; may be omitted if the path has it', example: 'web' }),
  }),
  apiKeySchema,
).meta({ id: 'ApiKeyReplace' });
export const apiKeyPageSchema = listPageSchemaOf(apiKeySchema, 'ApiKeyPage');

@ApiTags('api-keys')
@Controller('v1/tenants/:tenant/api-keys')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Post()
  @Operation({
    id: 'createApiKey',
    summary: 'Create an API key; only this answer shows it',
    status: 201,
    answer: issuedApiKeySchema,
    path: ['tenant'],
    features: ['body', 'idempotencyKey', 'wait'],
    problems: ['name_conflict', 'key_shown_once', 'quota_exceeded'],
  })
  create(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Body({ schema: apiKeyCreateSchema }) body: ApiKeyCreate,
  ): Promise<IssuedApiKey> {
    return this.apiKeys.create(context, tenant, body);
  }

  @Get()
  @Operation({
    id: 'listApiKeys',
    summary: 'List the API keys of a tenant, revoked ones too, with filters, text search and order',
    status: 200,
    answer: apiKeyPageSchema,
    path: ['tenant'],
    features: ['list'],
  })
  list(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Query({ schema: apiKeyListQuerySchema }) query: ApiKeyListQuery,
  ): Promise<ListPage<ApiKey>> {
    return this.apiKeys.list(context, tenant, query);
  }

  @Get(':key')
  @Operation({
    id: 'getApiKey',
    summary: 'Read an API key, without its secret',
    status: 200,
    answer: apiKeySchema,
    path: ['tenant', 'key'],
    features: ['ifNoneMatch'],
  })
  get(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Param('key') key: string,
  ): Promise<ApiKey> {
    return this.apiKeys.get(context, tenant, key);
  }

  @Put(':key')
  @Operation({
    id: 'replaceApiKey',
    summary: 'Replace an API key, or create it under the name in the path; omitted fields get their default',
    description:
      'The secret stays. Only the answer to the creation, 201, shows the key; if it was lost, rotate the key.',
    status: 200,
    answer: apiKeySchema,
    creates: issuedApiKeySchema,
    path: ['tenant', 'key'],
    features: ['body', 'ifMatch', 'wait'],
    problems: ['name_conflict', 'key_revoked', 'quota_exceeded'],
  })
  replace(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Param('key') key: string,
    @Body({ schema: apiKeyReplaceBody }) body: ApiKeyReplace,
  ): Promise<ApiKey | IssuedApiKey> {
    return this.apiKeys.replace(context, tenant, key, body);
  }

  @Patch(':key')
  @Operation({
    id: 'updateApiKey',
    summary: 'Change an API key',
    description: mergePatchDescription,
    status: 200,
    answer: apiKeySchema,
    path: ['tenant', 'key'],
    features: ['patch', 'ifMatch', 'wait'],
    problems: ['name_conflict', 'key_revoked'],
  })
  update(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Param('key') key: string,
    @Body({ schema: apiKeyPatchSchema }) patch: Record<string, unknown>,
  ): Promise<ApiKey> {
    return this.apiKeys.update(context, tenant, key, patch);
  }

  @Delete(':key')
  @Operation({
    id: 'revokeApiKey',
    summary: 'Revoke an API key and close its live connections; it stays listed',
    status: 204,
    path: ['tenant', 'key'],
    features: ['ifMatch', 'wait'],
  })
  revoke(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Param('key') key: string,
  ): Promise<void> {
    return this.apiKeys.revoke(context, tenant, key);
  }

  @Post(':key/rotate')
  @Operation({
    id: 'rotateApiKey',
    summary: 'Replace the secret of an API key; the previous one expires at once, or after a grace period',
    status: 200,
    answer: issuedApiKeySchema,
    path: ['tenant', 'key'],
    features: ['body', 'ifMatch', 'idempotencyKey', 'wait'],
    problems: ['key_revoked', 'key_shown_once'],
  })
  rotate(
    @Body({ schema: rotateRequestSchema }) body: RotateRequest,
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Param('key') key: string,
  ): Promise<IssuedApiKey> {
    return this.apiKeys.rotate(context, tenant, key, body);
  }
}
