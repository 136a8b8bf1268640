import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  patchSchemaOf,
  tenantCreateSchema,
  tenantSchema,
  type Tenant,
  type TenantCreate,
} from '#libs/contract';
import { withReadOnlyFields } from '../http/read-only-fields.js';
import { Context, type RequestContext } from '../http/request-context.js';
import { listPageSchemaOf, type ListPage } from '../lists/list-page.js';
import { tenantListQuerySchema, type TenantListQuery } from '../lists/tenant-listing.js';
import { mergePatchDescription, Operation } from '../openapi/operation.decorator.js';
import { TenantsService, type TenantReplace } from './tenants.service.js';

const tenantPatchSchema = withReadOnlyFields(patchSchemaOf(tenantCreateSchema), tenantSchema).meta({
  id: 'TenantPatch',
});
const tenantReplaceBody = withReadOnlyFields(
  z.strictObject({
    ...tenantCreateSchema.shape,
    slug: tenantCreateSchema.shape.slug
      .optional()
      .meta({ description: 'Slug of the tenant; may be omitted if the path has it', example: 'acme' }),
  }),
  tenantSchema,
).meta({ id: 'TenantReplace' });
const tenantPageSchema = listPageSchemaOf(tenantSchema, 'TenantPage');

@ApiTags('tenants')
@Controller('v1/tenants')
export class TenantsController {
  constructor(private readonly tenants: TenantsService) {}

  @Post()
  @Operation({
    id: 'createTenant',
    summary: 'Create a tenant',
    status: 201,
    answer: tenantSchema,
    path: [],
    features: ['body', 'idempotencyKey', 'wait', 'warning'],
    problems: ['slug_taken'],
  })
  create(
    @Context() context: RequestContext,
    @Body({ schema: tenantCreateSchema }) body: TenantCreate,
  ): Promise<Tenant> {
    return this.tenants.create(context, body);
  }

  @Get()
  @Operation({
    id: 'listTenants',
    summary: 'List tenants, with filters, text search and order',
    status: 200,
    answer: tenantPageSchema,
    path: [],
    features: ['list'],
  })
  list(
    @Context() context: RequestContext,
    @Query({ schema: tenantListQuerySchema }) query: TenantListQuery,
  ): Promise<ListPage<Tenant>> {
    return this.tenants.list(context, query);
  }

  @Get(':tenant')
  @Operation({
    id: 'getTenant',
    summary: 'Read a tenant',
    status: 200,
    answer: tenantSchema,
    path: ['tenant'],
    features: ['ifNoneMatch'],
  })
  get(@Context() context: RequestContext, @Param('tenant') tenant: string): Promise<Tenant> {
    return this.tenants.get(context, tenant);
  }

  @Put(':tenant')
  @Operation({
    id: 'replaceTenant',
    summary: 'Replace a tenant, or create it under the slug in the path; omitted fields get their default',
    description: 'Its routes and API keys stay.',
    status: 200,
    answer: tenantSchema,
    creates: tenantSchema,
    path: ['tenant'],
    features: ['body', 'ifMatch', 'wait', 'warning'],
    problems: ['slug_taken'],
  })
  replace(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Body({ schema: tenantReplaceBody }) body: TenantReplace,
  ): Promise<Tenant> {
    return this.tenants.replace(context, tenant, body);
  }

  @Patch(':tenant')
  @Operation({
    id: 'updateTenant',
    summary: 'Change a tenant; suspending it refuses its connections and closes the live ones',
    description: mergePatchDescription,
    status: 200,
    answer: tenantSchema,
    path: ['tenant'],
    features: ['patch', 'ifMatch', 'wait'],
    problems: ['slug_taken'],
  })
  update(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Body({ schema: tenantPatchSchema }) patch: Record<string, unknown>,
  ): Promise<Tenant> {
    return this.tenants.update(context, tenant, patch);
  }

  @Delete(':tenant')
  @Operation({
    id: 'deleteTenant',
    summary: 'Delete a tenant with its routes and API keys',
    status: 204,
    path: ['tenant'],
    features: ['ifMatch', 'wait'],
  })
  delete(@Context() context: RequestContext, @Param('tenant') tenant: string): Promise<void> {
    return this.tenants.delete(context, tenant);
  }
}
