import { z } from 'zod';
import { timestampSchema } from './fields.js';

const countSchema = z.int().min(0);

/** The request to even out the connections of a route. */
export const rebalanceRequestSchema = z
  .strictObject({
    dryRun: z.boolean().default(false).meta({ description: 'Whether to say only what would be closed' }),
    threshold: z.number().min(1).max(10).default(1.1).meta({
      description: 'How many times its fair share an upstream has before any of its connections is closed',
    }),
    closesPerSecond: z
      .int()
      .min(1)
      .max(10_000)
      .default(50)
      .meta({ description: 'How many connections are closed in a second, over all gateways' }),
  })
  .prefault({})
  .meta({ id: 'RebalanceRequest' });

/** What a rebalance closes of each upstream, as it was planned. */
export const rebalancePlanSchema = z
  .strictObject({
    upstreams: z
      .array(
        z.strictObject({
          id: z.string().meta({ description: 'Id of the upstream, `ups_…`' }),
          url: z.string().meta({ description: 'Its URL' }),
          connections: countSchema.meta({ description: 'Its live connections, over all gateways' }),
          fairShare: countSchema.meta({ description: 'How many it would have by its weight' }),
          closes: countSchema.meta({ description: 'How many of them are closed' }),
        }),
      )
      .meta({ description: 'The upstreams that take new connections' }),
    closes: countSchema.meta({ description: 'How many connections are closed in all' }),
    periodMs: countSchema.meta({ description: 'Milliseconds over which they are closed' }),
  })
  .meta({ id: 'RebalancePlan' });

/** How far the rebalance of a route is. */
export const rebalanceProgressSchema = z
  .strictObject({
    isRunning: z.boolean().meta({ description: 'Whether connections are still to be closed' }),
    startedAt: timestampSchema.nullable().meta({ description: 'When the last one began; null: none yet' }),
    total: countSchema.meta({ description: 'Connections that it was to close' }),
    remaining: countSchema.meta({ description: 'Those of them that are still to be closed' }),
  })
  .meta({ id: 'RebalanceProgress' });

export type RebalanceRequest = z.output<typeof rebalanceRequestSchema>;
export type RebalancePlan = z.output<typeof rebalancePlanSchema>;
export type RebalanceProgress = z.output<typeof rebalanceProgressSchema>;
