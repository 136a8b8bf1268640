import { z } from 'zod';
import { queryFlagSchema } from '../http/query-flag.js';
import { references } from '../http/references.js';
import { labelFilterSchema } from '../lists/label-filter.js';

const scopeFields = {
  tenant: references.tenant.schema.optional().meta({
    description: 'Id or slug of a tenant: only this tenant, with its routes and API keys',
    example: 'acme',
  }),
  label: labelFilterSchema.meta({
    description: 'Only resources with this label: `env`, or `env=prod`. Repeated: with all of them',
    example: ['env=prod'],
  }),
};

export const readQuerySchema = z.strictObject({
  ...scopeFields,
  full: queryFlagSchema.meta({
    description: '`true`: with all fields, including those with the default of the `version` of the document',
  }),
});

export const replaceQuerySchema = z.strictObject({
  ...scopeFields,
  dryRun: queryFlagSchema.meta({
    description: '`true`: answers as the call would without it, and writes nothing',
  }),
  deleteTenants: queryFlagSchema.meta({
    description:
      '`true`: confirms that tenants which the document lacks are deleted, with all their resources',
  }),
});

export type ReadQuery = z.output<typeof readQuerySchema>;
export type ReplaceQuery = z.output<typeof replaceQuerySchema>;
export type ScopeQuery = Pick<ReadQuery, keyof typeof scopeFields>;
