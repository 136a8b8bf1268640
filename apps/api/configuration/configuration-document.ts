import { z } from 'zod';
import { refuseRepeated } from '#libs/contract';
import { apiKeyDocumentSchema } from '../resources/api-key.js';
import { childLists, type ChildList, type DocumentTypes } from '../resources/resources.js';
import { routeDocumentSchema } from '../resources/route-document.js';
import { tenantDocumentSchema, type TenantDocument } from '../resources/tenant.js';

const listSchemas = {
  routes: z.array(routeDocumentSchema).default([]).meta({ description: 'All routes of the tenant' }),
  apiKeys: z.array(apiKeyDocumentSchema).default([]).meta({ description: 'All API keys of the tenant' }),
} satisfies Record<ChildList, z.ZodType>;

const tenantSchema = tenantDocumentSchema.extend(listSchemas).meta({ id: 'ConfigurationTenant' });

const unchecked = z.array(z.unknown());

/** A tenant whose lists are checked item by item. */
export const tenantHeadSchema = tenantDocumentSchema
  .extend({
    routes: unchecked.default([]),
    apiKeys: unchecked.default([]),
  } satisfies Record<ChildList, z.ZodType>)
  .superRefine(({ hosts }, context) => refuseRepeated(hosts ?? [], context, ['hosts']));

const fields = {
  version: z.literal(1).meta({ description: 'Version of the format' }),
  tenants: z.array(tenantSchema).meta({ description: 'All tenants; those that are missing are deleted' }),
};

/** The whole configuration, as GET returns it. */
export const configurationSchema = z.strictObject(fields).meta({ id: 'Configuration' });

/** The whole configuration, as PUT accepts it. */
export const configurationReplaceSchema = z.strictObject(fields).meta({ id: 'ConfigurationReplace' });

/** A document whose tenants are checked one by one. */
export const documentHeadSchema = z.strictObject({ ...fields, tenants: unchecked });

export type ConfigurationDocument = z.output<typeof configurationSchema>;
/** The lists of a tenant. */
export type TenantLists = { [List in ChildList]: DocumentTypes[List][] };
export type TenantWithLists = TenantDocument & TenantLists;

/** The tenant itself. */
export function withoutLists(tenant: TenantWithLists): TenantDocument {
  const head: TenantDocument & Partial<TenantLists> = { ...tenant };
  for (const list of childLists) Reflect.deleteProperty(head, list);
  return head;
}
