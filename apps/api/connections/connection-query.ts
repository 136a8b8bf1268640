import { z } from 'zod';
import {
  connectionGroupSchema,
  connectionSortSchema,
  endedBySchema,
  idSchema,
  momentSchema,
} from '#libs/contract';
import { pageQuerySchema } from '../http/page.js';
import { queryFlagSchema } from '../http/query-flag.js';
import { queryNumberSchema } from '../http/query-number.js';
import { references } from '../http/references.js';
import { clientIpSchema } from './client-ip.js';
import { closeCodeSchema, closeReasonSchema } from './close-code.js';

const wholeSecondsSchema = queryNumberSchema(z.int().min(0).max(31_536_000)).optional();
const momentFilterSchema = momentSchema.transform((text) => new Date(text).toISOString()).optional();

// The filter is part of an audit entry, and Postgres stores no NUL.
const upstreamUrlFilterSchema = z
  .string()
  .max(2048)
  .regex(/^[^\p{Cc}]*$/u, 'control characters are not allowed');

/** The filters that live and closed connections have in common. */
const sharedFields = {
  tenant: references.tenant.schema.optional().meta({ description: 'Id or slug of the tenant' }),
  route: references.route.schema
    .optional()
    .meta({ description: 'Id of the route; with `tenant`, and for keys of a tenant, its name' }),
  key: references.key.schema
    .optional()
    .meta({ description: 'Id of the API key; with `tenant`, and for keys of a tenant, its name' }),
  gateway: idSchema('gateway').optional().meta({ description: 'Id of the gateway' }),
  clientIp: clientIpSchema.optional(),
  upstream: upstreamUrlFilterSchema.optional().meta({
    description: 'URL of the upstream, as it is dialed or as the route lists it: `ws://10.0.0.5:9000/`',
  }),
};

const filterFields = {
  ...sharedFields,
  minIdleSeconds: wholeSecondsSchema.meta({
    description: 'Only connections on which neither side has sent anything for this number of seconds',
  }),
  maxIdleSeconds: wholeSecondsSchema.meta({
    description: 'Only connections on which a side has sent something within this number of seconds',
  }),
  openedAfter: momentFilterSchema.meta({ description: 'Only connections opened at or after this time' }),
  openedBefore: momentFilterSchema.meta({ description: 'Only connections opened before this time' }),
};

const filterNames = [
  ...(['tenant', 'route', 'key', 'gateway', 'clientIp', 'upstream'] as const),
  ...(['minIdleSeconds', 'maxIdleSeconds', 'openedAfter', 'openedBefore'] as const),
];

const sorts = connectionSortSchema.options.flatMap((sort) => [sort, `-${sort}`] as const);

export const connectionListQuerySchema = z.strictObject({
  ...filterFields,
  sort: z.enum(sorts).default('openedAt').meta({
    description:
      'The value that sorts the list, of both sides together; with `-` before it in descending order. Values change while pages are read',
  }),
  ...pageQuerySchema.shape,
});

export const connectionCountsQuerySchema = z.strictObject({
  ...filterFields,
  by: connectionGroupSchema.meta({ description: 'The property that connections of a group have in common' }),
  limit: queryNumberSchema(z.int().min(1).max(1000))
    .default(20)
    .meta({ description: 'Maximum number of groups, the largest first' }),
});

export const closedListQuerySchema = z.strictObject({
  ...sharedFields,
  endedBy: endedBySchema.optional().meta({ description: 'Whose close frame, FIN or loss came first' }),
  code: queryNumberSchema(z.int().min(1000).max(4999))
    .optional()
    .meta({ description: 'The close code, like 1006' }),
  since: momentFilterSchema.meta({ description: 'Only connections that ended at or after this time' }),
  ...pageQuerySchema.shape,
});

const closeFields = {
  code: closeCodeSchema,
  reason: closeReasonSchema,
  dryRun: queryFlagSchema.meta({
    description: '`true`: returns the number of matching connections without closing them',
  }),
};

export const closeOneQuerySchema = z.strictObject(closeFields);

/** Closing all connections must be explicit: a forgotten filter must not close them. */
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
export type ConnectionCountsQuery = z.output<typeof connectionCountsQuerySchema>;
export type ClosedListQuery = z.output<typeof closedListQuerySchema>;
export type CloseOneQuery = z.output<typeof closeOneQuerySchema>;
export type CloseManyQuery = z.output<typeof closeManyQuerySchema>;
/** The filter of a client. */
export type ConnectionSelection = Partial<Pick<ConnectionListQuery, (typeof filterNames)[number]>>;

/** The filter as text, like `tenant=acme&clientIp=192.0.2.1`. */
export function selectionText(selection: ConnectionSelection): string {
  const filters = filterNames.filter((name) => selection[name] !== undefined);
  return filters.map((name) => `${name}=${selection[name] ?? ''}`).join('&') || 'all';
}
