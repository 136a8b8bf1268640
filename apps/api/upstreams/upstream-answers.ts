import { z } from 'zod';
import { idSchema, observedUpstreamSchema, upstreamIdSchema, upstreamSchema } from '#libs/contract';
import { silentGateways } from '../fleet/silent-gateways.js';

const healthSchema = observedUpstreamSchema
  .omit({ id: true, discovered: true })
  .extend({
    gatewayId: idSchema('gateway').meta({ description: 'Id of the gateway' }),
    discoveredUrl: z.string().nullable().meta({
      description: 'The upstream that was discovered under the listed name; null: it is the listed one',
      example: null,
    }),
  })
  .meta({ id: 'UpstreamHealth' });

const queueSchema = z
  .strictObject({
    gatewayId: idSchema('gateway').meta({ description: 'Id of the gateway' }),
    requests: z
      .int()
      .min(0)
      .meta({ description: 'Number of requests that wait for capacity of an upstream' }),
  })
  .meta({ id: 'UpstreamQueue' });

const routeUpstreamSchema = z
  .strictObject({
    id: upstreamIdSchema.meta({ description: 'Id of the upstream, derived from its URL' }),
    ...upstreamSchema.shape,
    health: z.array(healthSchema).meta({
      description:
        'Observations of each gateway; a gateway that has not dialed or probed the upstream yet is missing',
    }),
  })
  .meta({ id: 'RouteUpstream' });

export const routeUpstreamsSchema = z
  .strictObject({
    upstreams: z.array(routeUpstreamSchema).meta({ description: 'Upstreams in the order of the route' }),
    queues: z.array(queueSchema).meta({ description: 'The queue of the route in each gateway' }),
    ...silentGateways,
  })
  .meta({ id: 'RouteUpstreams' });

export type RouteUpstreams = z.output<typeof routeUpstreamsSchema>;
