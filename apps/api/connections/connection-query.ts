import { z } from 'zod';
import { idSchema } from '#libs/contract';
import { pageQuerySchema } from '../http/page.js';
import { queryFlagSchema } from '../http/query-flag.js';
import { references } from '../http/references.js';
import { clientIpSchema } from './client-ip.js';
import { closeCodeSchema, closeReasonSchema } from './close-code.js';

const filterFields = {
  tenant: references.tenant.schema.optional().meta({ description: 'Id or slug of the tenant' }),
  route: references.route.schema
    .optional()
    .meta({ description: 'Id of the route; with `tenant`, and for keys of a tenant, its name' }),
  key: references.key.schema
    .optional()
    .meta({ description: 'Id of the API key; with `tenant`, and for keys of a tenant, its name' }),
  gateway: idSchema('gateway').optional().meta({ description: 'Id of the gateway' }),
  clientIp: clientIpSchema.optional(),
};

const filterNames = ['tenant', 'route', 'key', 'gateway', 'clientIp'] as const;

export const connectionListQuerySchema = z.strictObject({ ...filterFields, ...pageQuerySchema.shape });

const closeFields = {
  code: closeCodeSchema,
  reason: closeReasonSchema,
  dryRun: queryFlagSchema.meta({
    description: '`true`: returns the number of matching connections without closing them',
  }),
};

export const closeOneQuerySchema = z.strictObject(closeFields);

/** Closing all connections must be explicit: a forgotten filter must not do it. */
export const closeManyQuerySchema = z
  .strictObject({
    ...filterFields,
    all: queryFlagSchema.meta({ description: '`true`, instead of a filter: every connection' }),
    ...closeFields,
  })
  .superRefine(({ all, ...query }, context) => {
    const hasFilter = filterNames.some((name) => query[name] !== undefined);
    if (hasFilter !== all) return;
    const message = all
      ? 'replaces a filter and cannot be combined with one'
      : `expected a filter (${filterNames.join(', ')}), or all=true to close every connection`;
    context.addIssue({ code: 'custom', path: ['all'], message });
  });

export type ConnectionListQuery = z.output<typeof connectionListQuerySchema>;
export type CloseOneQuery = z.output<typeof closeOneQuerySchema>;
export type CloseManyQuery = z.output<typeof closeManyQuerySchema>;
/** The filter of a client. */
export type ConnectionSelection = Pick<ConnectionListQuery, (typeof filterNames)[number]>;

/** The filter as text, like `tenant=acme&clientIp=192.0.2.1`. */
export function selectionText(selection: ConnectionSelection): string {
  const filters = filterNames.filter((name) => selection[name] !== undefined);
  return filters.map((name) => `${name}=${selection[name] ?? ''}`).join('&') || 'all';
}
