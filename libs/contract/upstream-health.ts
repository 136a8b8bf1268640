import { z } from 'zod';
import { timestampSchema } from './fields.js';

const countSchema = z.int().min(0);

const lastProbeSchema = z
  .strictObject({
    at: timestampSchema.meta({ description: 'Time at which the probe ended' }),
    ok: z.boolean().meta({ description: 'Whether the probe succeeded' }),
    detail: z.string().meta({ description: 'Result of the probe', example: 'it answered the ping' }),
    durationMs: countSchema.meta({ description: 'Duration of the probe in milliseconds' }),
  })
  .meta({ id: 'UpstreamProbe' });

/** The id of an upstream: `ups_` and a digest of its URL. */
export const upstreamIdSchema = z
  .string()
  .regex(/^ups_[0-9a-hjkmnp-tv-z]{16}$/, 'expected an id of an upstream');

export const healthStateSchema = z.enum(['unknown', 'healthy', 'unhealthy', 'ejected']);

/** The observations that a gateway reports about one upstream of a route. */
export const observedUpstreamSchema = z.strictObject({
  id: upstreamIdSchema,
  discovered: z
    .strictObject({
      url: z.string(),
      /** The upstream that the route lists. */
      listedId: upstreamIdSchema,
    })
    .nullable()
    .default(null),
  state: healthStateSchema.meta({
    description:
      '`unknown`: not probed yet. `unhealthy`: probes fail. `ejected`: it failed requests, and gets no new connections for a time',
  }),
  since: timestampSchema.meta({ description: 'Time at which the state began' }),
  why: z
    .string()
    .nullable()
    .meta({ description: 'Why the upstream is unhealthy or ejected; null otherwise', example: null }),
  lastProbe: lastProbeSchema.nullable().meta({ description: 'The last probe; null means none yet' }),
  connections: countSchema.meta({ description: 'Number of live connections of this route to the upstream' }),
  pending: countSchema.meta({
    description: 'Number of requests of this route that wait for an answer of the upstream',
  }),
});

export type ObservedUpstream = z.output<typeof observedUpstreamSchema>;
