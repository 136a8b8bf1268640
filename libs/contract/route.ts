import { z } from 'zod';
import { idSchema } from './identifiers.js';
import { displayTextSchema, durationMsSchema, limitSchema, timestampSchema } from './fields.js';
import { originPatternSchema } from './host.js';
import { jwtAuthSchema } from './jwt-auth.js';
import { maintenanceSchema } from './maintenance.js';
import { balancingFields, upstreamSchema } from './route-balancing.js';
import {
  publishedRequestHeadersSchema,
  requestHeadersSchema,
  responseHeadersSchema,
  withEscapedDollars,
} from './route-headers.js';
import { routeMatchSchema } from './route-match.js';
import { rewriteSchema } from './route-rewriting.js';
import { routeHealthFields } from './route-health.js';
import { queueSchema } from './route-queue.js';
import { retriesSchema } from './route-retries.js';
import { refuseAmbiguous } from './route-rules.js';
import { shownUpstreamTlsSchema, upstreamTlsReplaceSchema, upstreamTlsSchema } from './upstream-tls.js';

export const keySourceSchema = z.enum(['header', 'query', 'subprotocol']);

const authSchema = z
  .strictObject({
    mode: z
      .enum(['apiKey', 'jwt', 'none'])
      .default('apiKey')
      .meta({ description: 'What a client has to present' }),
    sources: z
      .array(keySourceSchema)
      .min(1)
      .max(3)
      .refine((sources) => new Set(sources).size === sources.length, { error: 'a source is listed twice' })
      .default(['header', 'query', 'subprotocol'])
      .meta({ description: 'Where a client may present it' }),
    jwt: jwtAuthSchema
      .nullable()
      .default(null)
      .meta({ description: 'How tokens are verified; with the mode `jwt`, and only with it' }),
  })
  .refine(({ mode, jwt }) => (mode === 'jwt') === (jwt !== null), {
    error: 'goes with the mode "jwt", and only with it',
    path: ['jwt'],
  })
  .meta({ id: 'RouteAuth' });

const timeoutsSchema = z
  .strictObject({
    connectMs: durationMsSchema
      .max(600_000)
      .default(5000)
      .meta({ description: 'Time until a connection to the upstream is open' }),
    handshakeMs: durationMsSchema
      .max(600_000)
      .default(10_000)
      .meta({ description: 'Time until the upstream has answered the handshake' }),
    idleMs: durationMsSchema.nullable().default(null).meta({
      description:
        'Time without data or a control frame of either peer after which a connection is closed; null: never',
    }),
    maxLifetimeMs: durationMsSchema
      .nullable()
      .default(null)
      .meta({ description: 'Time after which a connection is closed; null: never' }),
  })
  .meta({ id: 'RouteTimeouts' });

const keepaliveSchema = z
  .strictObject({
    pingIntervalMs: durationMsSchema
      .nullable()
      .default(25_000)
      .meta({ description: 'How often the gateway pings both peers; null: never' }),
  })
  .meta({ id: 'RouteKeepalive' });

/** The request to create a route. */
export const routeCreateSchema = z
  .strictObject({
    name: displayTextSchema.default('').meta({ description: 'What it is for', example: 'chat' }),
    enabled: z.boolean().default(true).meta({ description: 'Whether requests are matched against it' }),
    maintenance: maintenanceSchema.meta({
      description:
        'With it new connections of the route are refused with 503 `maintenance`; null: they are not',
    }),
    match: routeMatchSchema.meta({ description: 'Which requests it is for' }),
    upstreams: z
      .array(upstreamSchema)
      .min(1)
      .max(64)
      .meta({
        description: 'Where connections are relayed to',
        example: [
          {
            url: 'ws://10.0.0.5:9000/base',
            discovery: 'none',
            weight: 1,
            state: 'active',
            backup: false,
            maxConnections: null,
            maxPending: null,
          },
        ],
      }),
    upstreamTls: upstreamTlsSchema
      .prefault({})
      .meta({ description: 'How TLS is spoken with upstreams whose URL begins with `wss:` or `https:`' }),
    ...balancingFields,
    ...routeHealthFields,
    retries: retriesSchema.prefault({}).meta({
      description:
        'Whether a handshake is tried at another upstream where one cannot be reached, does not answer in time, or answers with 502, 503, 504 or a 101 that is not valid',
    }),
    queue: queueSchema.prefault({}).meta({
      description:
        'Where a request waits while every upstream that would take it has reached maxConnections or maxPending',
    }),
    rewrite: rewriteSchema.prefault({}).meta({ description: 'How the path that goes upstream is changed' }),
    upstreamHost: z
      .enum(['upstream', 'client'])
      .default('upstream')
      .meta({
        description:
          "The Host that upstreams get: that of the upstream's URL, or the client's own. " +
          'A `Host` in requestHeaders.set has precedence',
      }),
    requestHeaders: requestHeadersSchema
      .prefault({})
      .meta({ description: 'Header fields that are set and removed in the request that goes upstream' }),
    responseHeaders: responseHeadersSchema.prefault({}).meta({
      description: "Header fields that are set and removed in the upstream's answer, its 101 or any other",
    }),
    auth: authSchema.prefault({}).meta({ description: 'Who may connect' }),
    clientCertificate: z.enum(['none', 'required']).default('none').meta({
      description:
        'Whether a client has to show a certificate of the authority that the gateway trusts; it goes upstream as Client-Cert (RFC 9440)',
    }),
    allowedOrigins: z
      .array(originPatternSchema)
      .max(256)
      .nullable()
      .default(null)
      .meta({ description: 'Values of Origin with which browsers may connect; null is any' }),
    maxConnections: limitSchema(0)
      .default(null)
      .meta({ description: 'Live connections of the route; null is no limit' }),
    onChange: z.enum(['keep', 'drain']).default('keep').meta({
      description:
        'What becomes of live connections when upstreamTls changes, or when their upstream is no longer listed or set to `drain` or `down`: they stay, or are closed with 1012, spread over time',
    }),
    onAccessChange: z
      .enum(['keep', 'close'])
      .default('keep')
      .meta({
        description:
          'What happens to live connections that a change of auth, allowedOrigins or clientCertificate would not admit any more: ' +
          'kept, or closed with 1008',
      }),
    onMessageRate: z
      .enum(['slow', 'close'])
      .default('slow')
      .meta({
        description:
          'What becomes of a sender above messagesPerSecond or bytesPerSecond of the tenant: ' +
          'slowed through backpressure, or closed with 1008',
      }),
    timeouts: timeoutsSchema.prefault({}).meta({ description: 'Times in milliseconds' }),
    keepalive: keepaliveSchema.prefault({}).meta({ description: 'Pings of the gateway' }),
  })
  .superRefine(refuseAmbiguous)
  .meta({ id: 'RouteCreate' });

/** The request to replace a route with PUT. */
export const routeReplaceSchema = z.strictObject({
  ...routeCreateSchema.shape,
  upstreamTls: upstreamTlsReplaceSchema.prefault({}).meta({
    description: 'How TLS is spoken with upstreams whose URL begins with `wss:` or `https:`',
  }),
});

/** A route as it may be stored: each field as earlier versions accepted it. */
export const storedRouteSchema = z
  .strictObject({
    ...routeCreateSchema.shape,
    requestHeaders: publishedRequestHeadersSchema.prefault({}),
  })
  .superRefine(refuseAmbiguous);

const publishedFields = z.strictObject({
  id: idSchema('route').meta({ description: 'Id of the route' }),
  tenantId: idSchema('tenant').meta({ description: 'Id of the tenant that owns it' }),
  ...storedRouteSchema.shape,
});

/** A route as gateways receive it. */
export const publishedRouteSchema = z.preprocess(withEscapedDollars, publishedFields);

/** A route as the REST API shows it. */
export const routeSchema = z
  .strictObject({
    ...publishedFields.shape,
    requestHeaders: routeCreateSchema.shape.requestHeaders,
    upstreamTls: shownUpstreamTlsSchema.meta({
      description: 'How TLS is spoken with upstreams whose URL begins with `wss:` or `https:`',
    }),
    createdAt: timestampSchema.meta({ description: 'When it was created' }),
    updatedAt: timestampSchema.meta({ description: 'When it was last changed' }),
  })
  .meta({ id: 'Route' });

export type KeySource = z.output<typeof keySourceSchema>;
export type RouteCreate = z.output<typeof routeCreateSchema>;
export type RouteReplace = z.output<typeof routeReplaceSchema>;
export type Route = z.output<typeof routeSchema>;
export type PublishedRoute = z.output<typeof publishedRouteSchema>;
