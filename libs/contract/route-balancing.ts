import { z } from 'zod';
import { upstreamUrlSchema } from './upstream-url.js';

export const upstreamSchema = z
  .strictObject({
    url: upstreamUrlSchema,
    weight: z.int().min(0).max(1000).default(1).meta({
      description:
        'Share of the new connections, relative to the other upstreams; 0: it gets none. Live connections stay',
    }),
    state: z.enum(['active', 'drain', 'down']).default('active').meta({
      description: '`drain` and `down`: it gets no new connections',
    }),
    backup: z.boolean().default(false).meta({
      description: 'Whether it gets connections only while no other upstream takes them',
    }),
  })
  .meta({ id: 'Upstream' });

export const balancingSchema = z
  .enum(['roundRobin'])
  .default('roundRobin')
  .meta({ description: 'How the upstream of a new connection is chosen' });

export type Upstream = z.output<typeof upstreamSchema>;
