import { z } from 'zod';
import { timestampSchema } from './fields.js';

const countSchema = z.int().min(0);

/** The request to rebalance the connections of a route. */
export const rebalanceRequestSchema = z
  .strictObject({
    dryRun: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether to return the plan without closing connections' }),
    threshold: z.number().min(1).max(10).default(1.1).meta({
      description: 'Multiple of its fair share above which connections of an upstream are closed',
    }),
    closesPerSecond: z
      .int()
      .min(1)
      .max(10_000)
      .default(50)
      .meta({ description: 'Number of connections closed per second, over all gateways' }),
  })
  .prefault({})
  .meta({ id: 'RebalanceRequest' });

/** The plan of a rebalance: how many connections of each upstream it closes. */
export const rebalancePlanSchema = z
  .strictObject({
    upstreams: z
      .array(
        z.strictObject({
          id: z.string().meta({ description: 'Id of the upstream, `ups_…`' }),
          url: z.string().meta({ description: 'URL of the upstream' }),
          connections: countSchema.meta({ description: 'Number of its live connections, over all gateways' }),
          fairShare: countSchema.meta({ description: 'Number of connections that correspond to its weight' }),
          closes: countSchema.meta({ description: 'Number of its connections that are closed' }),
        }),
      )
      .meta({ description: 'Upstreams that accept new connections' }),
    closes: countSchema.meta({ description: 'Total number of connections that are closed' }),
    periodMs: countSchema.meta({ description: 'Period over which they are closed, in milliseconds' }),
  })
  .meta({ id: 'RebalancePlan' });

/** The progress of the rebalance of a route. */
export const rebalanceProgressSchema = z
  .strictObject({
    isRunning: z.boolean().meta({ description: 'Whether connections remain to be closed' }),
    startedAt: timestampSchema
      .nullable()
      .meta({ description: 'Time at which the last rebalance started; null means none yet' }),
    total: countSchema.meta({ description: 'Number of connections that the rebalance closes in total' }),
    remaining: countSchema.meta({ description: 'Number of connections that remain to be closed' }),
  })
  .meta({ id: 'RebalanceProgress' });

export type RebalanceRequest = z.output<typeof rebalanceRequestSchema>;
export type RebalancePlan = z.output<typeof rebalancePlanSchema>;
export type RebalanceProgress = z.output<typeof rebalanceProgressSchema>;
