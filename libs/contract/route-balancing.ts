import { z } from 'zod';
import { durationMsSchema, limitSchema } from './fields.js';
import { stickyCookieSchema } from './route-stickiness.js';
import { upstreamUrlSchema } from './upstream-url.js';

export const upstreamSchema = z
  .strictObject({
    url: upstreamUrlSchema,
    discovery: z
      .enum(['none', 'srv'])
      .default('none')
      .meta({
        description:
          '`srv`: the host of the URL is a name with SRV records, and each of them is an upstream. ' +
          'Its weight is its share, and those of a higher priority are backups',
      }),
    weight: z.int().min(0).max(1000).default(1).meta({
      description:
        'Share of the new connections, relative to the other upstreams; 0: it gets none. Live connections stay',
    }),
    state: z.enum(['active', 'drain', 'down']).default('active').meta({
      description:
        '`drain` and `down`: it gets no new connections; with `drain` only those of `sticky` clients that were there before, while onChange is `keep`',
    }),
    backup: z.boolean().default(false).meta({
      description: 'Whether it gets connections only while no other upstream takes them',
    }),
    maxConnections: limitSchema(1).default(null).meta({
      description:
        'Connections that each gateway has there at most, live ones and those that are being established; null: no limit',
    }),
    maxPending: limitSchema(1).default(null).meta({
      description: 'Requests of each gateway that wait for its answer at most; null: no limit',
    }),
  })
  .meta({ id: 'Upstream' });

const hashKeySchema = z
  .strictObject({
    from: z
      .enum(['clientAddress', 'header', 'cookie', 'query', 'pathSegment'])
      .meta({ description: 'Which part of the request' }),
    name: z.string().min(1).max(256).nullable().default(null).meta({
      description: 'Name of the header field, cookie or query parameter; with these, and only with these',
    }),
    segment: z
      .int()
      .min(0)
      .max(63)
      .nullable()
      .default(null)
      .meta({ description: 'Which segment of the path, from 0; with `pathSegment`, and only with it' }),
    ipv4PrefixLength: z
      .int()
      .min(1)
      .max(32)
      .default(32)
      .meta({ description: 'How many bits of an IPv4 address count' }),
    ipv6PrefixLength: z
      .int()
      .min(1)
      .max(128)
      .default(64)
      .meta({ description: 'How many bits of an IPv6 address count' }),
  })
  .refine(({ from, name }) => ['header', 'cookie', 'query'].includes(from) === (name !== null), {
    error: 'goes with "header", "cookie" or "query", and only with these',
    path: ['name'],
  })
  .refine(({ from, segment }) => (from === 'pathSegment') === (segment !== null), {
    error: 'goes with "pathSegment", and only with it',
    path: ['segment'],
  })
  .meta({ id: 'HashKey' });

/** How a route chooses among its upstreams. */
export const balancingFields = {
  balancing: z
    .enum(['roundRobin', 'leastConnections', 'powerOfTwo', 'consistentHash', 'sticky'])
    .default('roundRobin')
    .meta({
      description:
        'How the upstream of a new connection is chosen: in turn; the one with the fewest connections for its weight; ' +
        'the better one of two that are drawn; by a hash of `hashKey`, so that equal requests go to one upstream; ' +
        'or by a cookie that brings a client back to its upstream, else as with `leastConnections`',
    }),
  hashKey: hashKeySchema.nullable().default(null).meta({
    description:
      'What is hashed; with `consistentHash`, and only with it. Where a request lacks it, the address of the client',
  }),
  balanceFactor: z.int().min(125).max(200).nullable().default(null).meta({
    description:
      'Percentage of its fair share of connections at which an upstream is passed over with `consistentHash`; null: never',
  }),
  stickyCookie: stickyCookieSchema
    .prefault({})
    .meta({ description: 'The cookie of the balancing `sticky`; unused with any other' }),
  slowStartMs: durationMsSchema
    .nullable()
    .default(null)
    .meta({
      description:
        'Time in which the share of an upstream that comes back grows from a tenth to the whole; null: it has the whole at once. ' +
        'Not with `consistentHash`',
    }),
};

interface WrittenBalancing {
  balancing: string;
  hashKey: unknown;
  balanceFactor: number | null;
  slowStartMs: number | null;
}

/** The fields that do not fit the way of balancing, each with the reason. */
export function misplacedBalancing(route: WrittenBalancing): { field: string; reason: string }[] {
  const isHashed = route.balancing === 'consistentHash';
  const problems: { field: string; reason: string }[] = [];
  if (isHashed !== (route.hashKey !== null)) {
    problems.push({ field: 'hashKey', reason: 'goes with the balancing "consistentHash", and only with it' });
  }
  if (!isHashed && route.balanceFactor !== null) {
    problems.push({ field: 'balanceFactor', reason: 'goes only with the balancing "consistentHash"' });
  }
  if (isHashed && route.slowStartMs !== null) {
    const reason =
      'does not go with the balancing "consistentHash": gateways would disagree while a share grows';
    problems.push({ field: 'slowStartMs', reason });
  }
  return problems;
}

export type HashKey = z.output<typeof hashKeySchema>;

export type Upstream = z.output<typeof upstreamSchema>;
