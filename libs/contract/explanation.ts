import { z } from 'zod';
import { idSchema } from './identifiers.js';
import { keyScopeSchema } from './api-key.js';
import { healthStateSchema, upstreamIdSchema } from './upstream-health.js';

/** The steps of a gateway before it dials, in their order. */
export const explainedSteps = [
  'gateway',
  'parse',
  'configuration',
  'loop',
  'match',
  'maintenance',
  'clientCertificate',
  'credentialPlaces',
  'tenant',
  'origin',
  'credential',
  'quota',
  'waitingDials',
  'limits',
  'upstream',
  'address',
] as const;

const verdictSchema = z
  .strictObject({
    allowed: z.boolean().meta({
      description: 'Whether the gateway would dial an upstream; that upstream may still refuse the request',
    }),
    status: z.int().meta({
      description: 'Status of the answer; 101, or 200 for an ordinary request: the gateway would dial',
      example: 403,
    }),
    code: z
      .string()
      .nullable()
      .meta({ description: 'Code of the refusal; null: it is allowed', example: 'origin_forbidden' }),
    detail: z.string().nullable().meta({
      description: 'Detail that the client gets',
      example: 'this origin is not in the list of the route',
    }),
    cause: z.string().nullable().meta({ description: 'Cause that the client does not get', example: null }),
    limit: z.string().nullable().meta({ description: 'The reached limit; null: none', example: null }),
    retryAfterSeconds: z.number().nullable().meta({ description: 'Value of Retry-After', example: null }),
  })
  .meta({ id: 'ExplainedVerdict' });

const requestSchema = z
  .strictObject({
    host: z.string().meta({ description: 'Host that routes are matched with', example: 'chat.acme.example' }),
    path: z
      .string()
      .meta({ description: 'Path in its normal form, that routes are matched with', example: '/socket' }),
    origins: z.array(z.string()).meta({ description: 'Values of Origin' }),
    subprotocols: z.array(z.string()).meta({ description: 'Offered subprotocols, without a credential' }),
  })
  .meta({ id: 'ExplainedRequest' });

const routeSchema = z
  .strictObject({
    id: idSchema('route').meta({ description: 'Id of the route' }),
    name: z.string().meta({ description: 'Name of the route', example: 'chat' }),
    host: z.string().meta({ description: 'Host pattern of the route', example: 'chat.acme.example' }),
    path: z.string().meta({ description: 'Path of the route', example: '/socket' }),
    pathType: z.string().meta({ description: 'Kind of the path', example: 'prefix' }),
    parameters: z
      .record(z.string(), z.string())
      .meta({ description: 'Values of the parameters of the path', example: { room: '7' } }),
  })
  .meta({ id: 'ExplainedRoute' });

const tenantSchema = z
  .strictObject({
    id: idSchema('tenant').meta({ description: 'Id of the tenant of the route' }),
    slug: z.string().meta({ description: 'Slug of the tenant', example: 'acme' }),
    status: z.enum(['active', 'suspended']).meta({ description: 'Status of the tenant' }),
  })
  .meta({ id: 'ExplainedTenant' });

const credentialSchema = z
  .strictObject({
    mode: z
      .string()
      .meta({ description: 'What the route requires: `none`, `apiKey` or `jwt`', example: 'apiKey' }),
    kind: z
      .enum(['apiKey', 'ticket', 'jwt'])
      .nullable()
      .meta({ description: 'What the request presents in a place that the route accepts; null: nothing' }),
    source: z
      .enum(['header', 'query', 'subprotocol'])
      .nullable()
      .meta({ description: 'Where the request presents it; null: nowhere' }),
    keyId: idSchema('apiKey').nullable().meta({ description: 'Id of the proved key; null: none' }),
    keyName: z
      .string()
      .nullable()
      .meta({ description: 'Name of the proved key; null: none', example: 'web' }),
    scopes: z.array(keyScopeSchema).nullable().meta({ description: 'Scopes of the proved key; null: none' }),
    routeIds: z
      .array(idSchema('route'))
      .nullable()
      .meta({ description: 'Routes of the proved key; null: all routes, or no key', example: null }),
  })
  .meta({ id: 'ExplainedCredential' });

const count = z.number().nullable();

const limitsSchema = z
  .strictObject({
    connectRate: z
      .strictObject({
        perSecond: z.number().meta({ description: 'New connections per second of the tenant' }),
        waitMs: count.meta({ description: 'Milliseconds until one is within the rate; null: unknown' }),
      })
      .nullable()
      .meta({ description: 'The connect rate of the tenant; null: no rate' }),
    connections: z
      .array(
        z.strictObject({
          limit: z.enum(['tenant', 'route', 'key', 'address']).meta({ description: 'The limit' }),
          count: count.meta({ description: 'Number of connections now; null: unknown' }),
          ceiling: count.meta({ description: 'Maximum number of connections; null: no limit' }),
        }),
      )
      .meta({ description: 'Connection limits in the order in which they are checked' }),
  })
  .meta({ id: 'ExplainedLimits' });

const upstreamSchema = z
  .strictObject({
    id: upstreamIdSchema.meta({ description: 'Id of the upstream' }),
    url: z.string().meta({ description: 'URL of the upstream', example: 'ws://10.0.0.5:9000' }),
    state: z
      .string()
      .meta({ description: 'State in the route: `active`, `drain` or `down`', example: 'active' }),
    weight: z.number().meta({ description: 'Weight in the route', example: 1 }),
    backup: z.boolean().meta({ description: 'Whether it is a backup' }),
    health: healthStateSchema.meta({ description: 'Health at this gateway' }),
    connections: z.int().meta({ description: 'Number of live connections of the route' }),
    isFull: z.boolean().meta({ description: 'Whether it has no capacity now' }),
    turn: z
      .int()
      .nullable()
      .meta({ description: 'Place in the order in which upstreams are tried: 0 is first; null: not tried' }),
    addresses: z
      .array(
        z.strictObject({
          address: z.string().meta({ description: 'Address', example: '10.0.0.5' }),
          allowed: z.boolean().meta({ description: 'Whether the address policy allows it' }),
        }),
      )
      .nullable()
      .meta({ description: 'Addresses of its name; null: it was not resolved, or a tenant asks' }),
  })
  .meta({ id: 'ExplainedUpstream' });

/** The decisions of a gateway about a request, up to the dial. */
export const explanationSchema = z
  .strictObject({
    verdict: verdictSchema.meta({ description: 'The answer that the client would get' }),
    steps: z
      .array(
        z.strictObject({
          step: z.enum(explainedSteps).meta({ description: 'The step' }),
          outcome: z
            .enum(['passed', 'refused', 'notReached'])
            .meta({ description: 'What the step decides; after a refusal, no step is reached' }),
        }),
      )
      .meta({ description: 'The steps in their order' }),
    request: requestSchema.nullable().meta({ description: 'The parsed request; null: it is not valid' }),
    route: routeSchema.nullable().meta({ description: 'The matched route; null: none' }),
    tenant: tenantSchema.nullable().meta({ description: 'The tenant of the route; null: no route' }),
    credential: credentialSchema.nullable().meta({ description: 'The credential; null: no route' }),
    limits: limitsSchema.nullable().meta({
      description:
        'Rates and limits of connections; null: they are not reached, or the request is an ordinary one',
    }),
    upstreams: z
      .array(upstreamSchema)
      .nullable()
      .meta({ description: 'Upstreams of the route; null: they are not reached' }),
    upstreamRequest: z.string().nullable().meta({
      description:
        'Head of the request to the upstream that is tried first, without the credential; null: none is sent',
    }),
  })
  .meta({ id: 'Explanation' });

export type ExplainedStep = (typeof explainedSteps)[number];
export type Explanation = z.output<typeof explanationSchema>;
