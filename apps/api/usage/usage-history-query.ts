import { z } from 'zod';
import { idSchema, momentSchema, timestampSchema } from '#libs/contract';
import { pageQuerySchema } from '../http/page.js';
import { references } from '../http/references.js';
import { dayMs, hourMs } from './usage-tables.js';

const millisecondsSchema = momentSchema.transform((text) => Date.parse(text));
// The maximum period that one page reads.
const maxRangeMs = { hour: 31 * dayMs + hourMs, day: 400 * dayMs };

const historyFields = {
  ...pageQuerySchema.shape,
  from: millisecondsSchema.meta({ description: 'Periods that begin at or after this time' }),
  to: millisecondsSchema.meta({ description: 'Periods that begin before this time' }),
  by: z.enum(['hour', 'day']).default('day').meta({ description: 'Length of the periods, which are in UTC' }),
  groupBy: z.enum(['route', 'key']).optional().meta({
    description: 'Adds up the usage of each route, or of each key, rather than of the tenant',
  }),
};

interface Range {
  from: number;
  to: number;
  by: 'hour' | 'day';
}

export const tenantHistoryQuerySchema = z.strictObject(historyFields).superRefine(checkRange);

export const historyQuerySchema = z
  .strictObject({
    ...historyFields,
    tenant: references.tenant.schema.optional().meta({
      description: 'Id or slug of the tenant; for a deleted tenant, the id',
    }),
  })
  .superRefine(checkRange);

const countSchema = z.int().min(0);

const relayedSchema = z.strictObject({
  messages: countSchema.meta({ description: 'Number of complete data messages' }),
  bytes: countSchema.meta({ description: 'Number of bytes, including frame headers' }),
});

export const usagePeriodSchema = z
  .strictObject({
    from: timestampSchema.meta({ description: 'Start of the hour or the day' }),
    tenantId: idSchema('tenant').meta({ description: 'Id of the tenant, which may have been deleted' }),
    routeId: idSchema('route').optional().meta({ description: 'Id of the route; only with `groupBy=route`' }),
    apiKeyId: idSchema('apiKey').nullable().optional().meta({
      description: 'Id of the API key; null means connections without a key; only with `groupBy=key`',
    }),
    connections: countSchema.meta({ description: 'Number of opened connections' }),
    connectionMs: countSchema.meta({
      description: 'Milliseconds for which connections were open, added up',
    }),
    fromClients: relayedSchema.meta({ description: 'From clients to upstreams' }),
    fromUpstreams: relayedSchema.meta({ description: 'From upstreams to clients' }),
  })
  .meta({ id: 'UsagePeriod' });

export const usageHistorySchema = z
  .strictObject({
    items: z.array(usagePeriodSchema).meta({
      description: 'Periods with usage, sorted by time and then by the ids of tenant, route and key',
    }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Cursor of the next page; null means that this is the last page' }),
  })
  .meta({ id: 'UsageHistory' });

export type TenantHistoryQuery = z.output<typeof tenantHistoryQuerySchema>;
export type HistoryQuery = z.output<typeof historyQuerySchema>;
export type UsagePeriod = z.output<typeof usagePeriodSchema>;

function checkRange({ from, to, by }: Range, context: z.RefinementCtx): void {
  const maxDays = Math.floor(maxRangeMs[by] / dayMs);
  const refuse = (message: string): void => context.addIssue({ code: 'custom', path: ['to'], message });
  if (to <= from) refuse('expected a time after "from"');
  else if (to - from > maxRangeMs[by]) refuse(`expected at most ${maxDays} days after "from" with by=${by}`);
}
