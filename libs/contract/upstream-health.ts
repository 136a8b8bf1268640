import { z } from 'zod';
import { timestampSchema } from './fields.js';

const countSchema = z.int().min(0);

const lastProbeSchema = z
  .strictObject({
    at: timestampSchema.meta({ description: 'When it ended' }),
    ok: z.boolean().meta({ description: 'Whether it was good' }),
    detail: z.string().meta({ description: 'What happened', example: 'it answered the ping' }),
    durationMs: countSchema.meta({ description: 'How long it took' }),
  })
  .meta({ id: 'UpstreamProbe' });

/** The id of an upstream: `ups_` and a digest of its URL. */
export const upstreamIdSchema = z
  .string()
  .regex(/^ups_[0-9a-hjkmnp-tv-z]{16}$/, 'expected an id of an upstream');

export const healthStateSchema = z.enum(['unknown', 'healthy', 'unhealthy', 'ejected']);

/** What a gateway observed of one upstream of a route, as it reports it. */
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
      '`unknown`: not probed yet. `unhealthy`: probes say so. `ejected`: it failed requests, and gets no new connections for a while',
  }),
  since: timestampSchema.meta({ description: 'Since when' }),
  why: z
    .string()
    .nullable()
    .meta({ description: 'Why it is unhealthy or ejected; null: it is neither', example: null }),
  lastProbe: lastProbeSchema.nullable().meta({ description: 'The last probe; null: there was none' }),
  connections: countSchema.meta({ description: 'Live connections of this route' }),
  pending: countSchema.meta({ description: 'Requests of this route that wait for its answer' }),
});

export type ObservedUpstream = z.output<typeof observedUpstreamSchema>;
