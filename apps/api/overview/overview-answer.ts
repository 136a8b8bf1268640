import { z } from 'zod';
import {
  overviewSeries,
  overviewSortSchema,
  overviewSteps,
  overviewTotalSchema,
  overviewWindowSchema,
  tenantOverviewSchema,
  timestampSchema,
} from '#libs/contract';
import { silentGateways } from '../fleet/silent-gateways.js';
import { queryNumberSchema } from '../http/query-number.js';
import { references } from '../http/references.js';

const countSchema = z.int().min(0);
const valuesSchema = z.array(countSchema.nullable()).length(overviewSteps).meta({
  description: 'A value for each step, the oldest first; null: no gateway has figures of that time',
});

const seriesSchema = z.strictObject(overviewSeries(() => valuesSchema)).meta({ id: 'OverviewSeries' });
const totalSchema = overviewTotalSchema.meta({ id: 'OverviewTotal' });

export const overviewQuerySchema = z.strictObject({
  window: overviewWindowSchema
    .default('10m')
    .meta({ description: 'How far back: 30 steps of 2 seconds, 20 seconds or 2 minutes' }),
  tenant: references.tenant.schema
    .optional()
    .meta({ description: 'Id or slug of a tenant, for its figures alone' }),
  sort: overviewSortSchema.default('messages').meta({ description: 'The value by which tenants are sorted' }),
  limit: queryNumberSchema(z.int().min(1).max(100))
    .default(10)
    .meta({ description: 'Maximum number of tenants' }),
});

export const overviewSchema = z
  .strictObject({
    window: overviewWindowSchema.meta({ description: 'The window' }),
    stepSeconds: z.int().meta({ description: 'Seconds of a step' }),
    lastStepSeconds: countSchema.meta({
      description: 'Seconds for which the last step has lasted: it is under way',
    }),
    until: timestampSchema.meta({ description: 'Time of the answer' }),
    series: seriesSchema.meta({
      description: 'The live connections at the end of each step, and what happened in it',
    }),
    refusals: z
      .array(
        z.strictObject({
          code: z.string().meta({
            description:
              'Code of the problem; `upstream_answer`: the upstream answered with another status than 101. `client_gone`: the client had disconnected',
            example: 'key_invalid',
          }),
          count: countSchema.meta({ description: 'Number of refused requests in the window' }),
          values: valuesSchema,
        }),
      )
      .meta({
        description:
          'Refused requests by code, the most frequent first; ordinary HTTP requests to routes with `http: "proxy"` do not count',
      }),
    total: totalSchema.meta({ description: 'The whole window' }),
    tenants: z
      .array(tenantOverviewSchema)
      .meta({ description: 'Tenants with the most of `sort`, in descending order' }),
    isComplete: z.boolean().meta({
      description:
        'False: a gateway has more active tenants than it keeps figures of, or than it reports (1,000), so some figures of tenants may be too low',
    }),
    ...silentGateways,
  })
  .meta({ id: 'Overview' });

export type OverviewQuery = z.output<typeof overviewQuerySchema>;
export type Overview = z.output<typeof overviewSchema>;
