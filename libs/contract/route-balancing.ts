import { z } from 'zod';
import { durationMsSchema, limitSchema } from './fields.js';
import { stickyCookieSchema } from './route-stickiness.js';
import { upstreamUrlSchema } from './upstream-url.js';
import { fieldRules } from './field-rules.js';

export const upstreamSchema = z
  .strictObject({
    url: upstreamUrlSchema,
    discovery: z
      .enum(['none', 'addresses', 'srv'])
      .default('none')
      .meta({
        description:
          '`addresses`: each address of the name in the URL is an upstream. ' +
          '`srv`: the name has SRV records, and each of them is an upstream; those of a higher priority are backups',
      }),
    weight: z.int().min(0).max(1000).default(1).meta({
      description:
        'Share of new connections, relative to the other upstreams; 0 means none. Live connections are kept',
    }),
    state: z.enum(['active', 'drain', 'down']).default('active').meta({
      description:
        '`drain` and `down`: the upstream gets no new connections. With `drain`, `sticky` balancing and onChange `keep`, clients that were connected to it may return',
    }),
    backup: z.boolean().default(false).meta({
      description: 'Whether the upstream gets connections only while no other upstream accepts them',
    }),
    maxConnections: limitSchema(1).default(null).meta({
      description:
        'Maximum number of connections that each gateway has to the upstream, including handshakes in progress; null means no limit',
    }),
    maxPending: limitSchema(1).default(null).meta({
      description:
        'Maximum number of requests in each gateway that wait for an answer of the upstream; null means no limit',
    }),
  })
  .meta({ id: 'Upstream' });

const hashKeySchema = z
  .strictObject({
    from: z
      .enum(['clientAddress', 'header', 'cookie', 'query', 'pathSegment'])
      .meta({ description: 'Part of the request that is hashed' }),
    name: z.string().min(1).max(256).nullable().default(null).meta({
      description:
        'Name of the header field, cookie or query parameter; required with these, and not allowed otherwise',
    }),
    segment: z.int().min(0).max(63).nullable().default(null).meta({
      description:
        'Index of the path segment, from 0; required with `pathSegment`, and not allowed otherwise',
    }),
    ipv4PrefixLength: z
      .int()
      .min(1)
      .max(32)
      .default(32)
      .meta({ description: 'Number of leading bits of an IPv4 address that are hashed' }),
    ipv6PrefixLength: z
      .int()
      .min(1)
      .max(128)
      .default(64)
      .meta({ description: 'Number of leading bits of an IPv6 address that are hashed' }),
  })
  .refine(({ from, name }) => ['header', 'cookie', 'query'].includes(from) === (name !== null), {
    error: fieldRules.hash_key_name,
    path: ['name'],
  })
  .refine(({ from, segment }) => (from === 'pathSegment') === (segment !== null), {
    error: fieldRules.hash_key_segment,
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
        'How the upstream of a new connection is chosen. `roundRobin`: in turn. `leastConnections`: the upstream with the fewest connections relative to its weight. ' +
        '`powerOfTwo`: the less loaded of two random upstreams. `consistentHash`: by a hash of `hashKey`, so that equal requests go to the same upstream. ' +
        '`sticky`: by a cookie with which a client returns to its upstream, otherwise as with `leastConnections`',
    }),
  hashKey: hashKeySchema.nullable().default(null).meta({
    description:
      'Part of the request that is hashed; required with `consistentHash`, and not allowed otherwise. If a request lacks it, the client address is hashed',
  }),
  balanceFactor: z.int().min(125).max(200).nullable().default(null).meta({
    description:
      'Percentage of its fair share of connections at which `consistentHash` skips an upstream; null means never',
  }),
  stickyCookie: stickyCookieSchema
    .prefault({})
    .meta({ description: 'Cookie of `sticky` balancing; ignored with any other' }),
  slowStartMs: durationMsSchema
    .nullable()
    .default(null)
    .meta({
      description:
        'Milliseconds in which the share of a returning upstream grows from a tenth to the whole; null means that it gets its whole share at once. ' +
        'Not allowed with `consistentHash`',
    }),
};

interface WrittenBalancing {
  balancing: string;
  hashKey: unknown;
  balanceFactor: number | null;
  slowStartMs: number | null;
}

/** The fields that conflict with the value of `balancing`, each with the reason. */
export function misplacedBalancing(route: WrittenBalancing): { field: string; reason: string }[] {
  const isHashed = route.balancing === 'consistentHash';
  const problems: { field: string; reason: string }[] = [];
  if (isHashed !== (route.hashKey !== null)) {
    problems.push({
      field: 'hashKey',
      reason: fieldRules.hash_key,
    });
  }
  if (!isHashed && route.balanceFactor !== null) {
    problems.push({ field: 'balanceFactor', reason: fieldRules.only_with_hash });
  }
  if (isHashed && route.slowStartMs !== null) {
    const reason = fieldRules.not_with_hash;
    problems.push({ field: 'slowStartMs', reason });
  }
  return problems;
}

export type HashKey = z.output<typeof hashKeySchema>;

export type Upstream = z.output<typeof upstreamSchema>;
