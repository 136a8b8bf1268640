import { z } from 'zod';
import { idSchema } from './identifiers.js';
import {
  displayTextSchema,
  durationMsSchema,
  limitSchema,
  referableTextSchema,
  timestampSchema,
} from './fields.js';
import { originPatternSchema } from './host.js';
import { jwtAuthSchema } from './jwt-auth.js';
import { labelsSchema } from './labels.js';
import { quotaSchema } from './quota.js';
import { maintenanceSchema } from './maintenance.js';
import { rateFieldsOf } from './rates.js';
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
import { routeHttpFields } from './route-http.js';
import { queueSchema } from './route-queue.js';
import { retriesSchema } from './route-retries.js';
import { refuseAmbiguous } from './route-rules.js';
import { shownUpstreamTlsSchema, upstreamTlsReplaceSchema, upstreamTlsSchema } from './upstream-tls.js';
import { fieldRules } from './field-rules.js';

export const keySourceSchema = z.enum(['header', 'query', 'subprotocol']);

const authSchema = z
  .strictObject({
    mode: z
      .enum(['apiKey', 'jwt', 'none'])
      .default('apiKey')
      .meta({ description: 'Credential that a client must present' }),
    sources: z
      .array(keySourceSchema)
      .min(1)
      .max(3)
      .refine((sources) => new Set(sources).size === sources.length, {
        error: 'a source is listed twice',
        params: { code: 'repeated' },
      })
      .default(['header', 'query', 'subprotocol'])
      .meta({ description: 'Where a client may present the credential' }),
    jwt: jwtAuthSchema
      .nullable()
      .default(null)
      .meta({ description: 'How tokens are verified; required with mode `jwt`, and not allowed otherwise' }),
  })
  .refine(({ mode, jwt }) => (mode === 'jwt') === (jwt !== null), {
    error: fieldRules.jwt,
    path: ['jwt'],
  })
  .meta({ id: 'RouteAuth' });

const timeoutsSchema = z
  .strictObject({
    connectMs: durationMsSchema
      .max(600_000)
      .default(5000)
      .meta({ description: 'Maximum time until a connection to the upstream is open' }),
    handshakeMs: durationMsSchema
      .max(600_000)
      .default(10_000)
      .meta({ description: 'Maximum time until the upstream answers the handshake' }),
    responseMs: durationMsSchema
      .max(3_600_000)
      .default(60_000)
      .meta({ description: 'Maximum time until the upstream begins to answer an ordinary HTTP request' }),
    idleMs: durationMsSchema
      .nullable()
      .default(null)
      .meta({
        description:
          'Time without data or control frames from either peer after which a connection is closed, ' +
          'and without data of an ordinary HTTP answer after which it is cut off; null means never',
      }),
    maxLifetimeMs: durationMsSchema.nullable().default(null).meta({
      description: 'Maximum lifetime of a connection, after which it is closed; null means no limit',
    }),
  })
  .meta({ id: 'RouteTimeouts' });

const keepaliveSchema = z
  .strictObject({
    pingIntervalMs: durationMsSchema.nullable().default(25_000).meta({
      description: 'Interval in milliseconds at which the gateway pings both peers; null means never',
    }),
  })
  .meta({ id: 'RouteKeepalive' });

/** The request to create a route. */
export const routeCreateSchema = z
  .strictObject({
    name: referableTextSchema.default('').meta({
      description: 'Name of the route, unique within the tenant unless it is empty',
      example: 'chat',
    }),
    labels: labelsSchema,
    enabled: z.boolean().default(true).meta({ description: 'Whether the route matches requests' }),
    maintenance: maintenanceSchema.meta({
      description: 'Refuses new connections of the route with 503 `maintenance`; null means no maintenance',
    }),
    match: routeMatchSchema.meta({ description: 'Requests that the route matches' }),
    upstreams: z
      .array(upstreamSchema)
      .min(1)
      .max(64)
      .meta({
        description: 'Servers to which connections are relayed',
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
      .meta({ description: 'TLS options for upstreams whose URL begins with `wss:` or `https:`' }),
    ...balancingFields,
    ...routeHealthFields,
    retries: retriesSchema.prefault({}).meta({
      description:
        'When a handshake is retried at another upstream: if one cannot be reached, does not answer in time, or answers with 502, 503, 504 or an invalid 101',
    }),
    queue: queueSchema.prefault({}).meta({
      description:
        'Queue for requests while every upstream that could serve them has reached maxConnections or maxPending',
    }),
    rewrite: rewriteSchema
      .prefault({})
      .meta({ description: 'How the path of the upstream request is rewritten' }),
    upstreamHost: z
      .enum(['upstream', 'client'])
      .default('upstream')
      .meta({
        description:
          "`Host` of the upstream request: the host of the upstream's URL, or the one that the client sent. " +
          'A `Host` in requestHeaders.set takes precedence',
      }),
    requestHeaders: requestHeadersSchema
      .prefault({})
      .meta({ description: 'Header fields that are set in or removed from the upstream request' }),
    responseHeaders: responseHeadersSchema.prefault({}).meta({
      description:
        "Header fields that are set in or removed from the upstream's response, a 101 or any other",
    }),
    auth: authSchema.prefault({}).meta({ description: 'Authentication of clients' }),
    clientCertificate: z.enum(['none', 'required']).default('none').meta({
      description:
        'Whether a client must present a certificate issued by an authority that the gateway trusts; it is forwarded to the upstream as Client-Cert (RFC 9440)',
    }),
    allowedOrigins: z
      .array(originPatternSchema)
      .max(256)
      .nullable()
      .default(null)
      .meta({ description: 'Values of Origin with which browsers may connect; null means any' }),
    maxConnections: limitSchema(0)
      .default(null)
      .meta({ description: 'Maximum number of live connections of the route; null means no limit' }),
    ...rateFieldsOf('route'),
    ...routeHttpFields,
    quota: quotaSchema.prefault({}).meta({ description: 'Quota of the route for each month' }),
    onChange: z.enum(['keep', 'drain']).default('keep').meta({
      description:
        'What happens to live connections when upstreamTls changes, or when their upstream is removed or set to `drain` or `down`. `keep`: they are kept. `drain`: they are closed with 1012, spread over time',
    }),
    onAccessChange: z
      .enum(['keep', 'close'])
      .default('keep')
      .meta({
        description:
          'What happens to live connections that auth, allowedOrigins or clientCertificate no longer admit after a change. ' +
          '`keep`: they are kept. `close`: they are closed with 1008',
      }),
    onMessageRate: z
      .enum(['slow', 'close'])
      .default('slow')
      .meta({
        description:
          'What happens to a sender above messagesPerSecond or bytesPerSecond of the tenant, the route or the key. ' +
          '`slow`: it is slowed down through backpressure. `close`: its connection is closed with 1008',
      }),
    timeouts: timeoutsSchema.prefault({}).meta({ description: 'Timeouts in milliseconds' }),
    keepalive: keepaliveSchema.prefault({}).meta({ description: 'Keepalive pings of the gateway' }),
  })
  .superRefine(refuseAmbiguous)
  .meta({ id: 'RouteCreate' });

/** The request to replace a route with PUT. */
export const routeReplaceSchema = z.strictObject({
  ...routeCreateSchema.shape,
  upstreamTls: upstreamTlsReplaceSchema.prefault({}).meta({
    description: 'TLS options for upstreams whose URL begins with `wss:` or `https:`',
  }),
});

/** A stored route: each field as this or an earlier version accepted it. */
export const storedRouteSchema = z
  .strictObject({
    ...routeCreateSchema.shape,
    name: displayTextSchema.default('').meta({ description: 'Name of the route' }),
    requestHeaders: publishedRequestHeadersSchema.prefault({}),
  })
  .superRefine(refuseAmbiguous);

const publishedFields = z.strictObject({
  id: idSchema('route').meta({ description: 'Id of the route' }),
  tenantId: idSchema('tenant').meta({ description: 'Id of the tenant that owns the route' }),
  ...storedRouteSchema.shape,
});

/** A route as gateways receive it. */
export const publishedRouteSchema = z.preprocess(withEscapedDollars, publishedFields);

/** A route as the REST API returns it. */
export const routeSchema = z
  .strictObject({
    ...publishedFields.shape,
    requestHeaders: routeCreateSchema.shape.requestHeaders,
    upstreamTls: shownUpstreamTlsSchema.meta({
      description: 'TLS options for upstreams whose URL begins with `wss:` or `https:`',
    }),
    createdAt: timestampSchema.meta({ description: 'Time of creation' }),
    updatedAt: timestampSchema.meta({ description: 'Time of the last change' }),
  })
  .meta({ id: 'Route' });

export type KeySource = z.output<typeof keySourceSchema>;
export type RouteCreate = z.output<typeof routeCreateSchema>;
export type RouteReplace = z.output<typeof routeReplaceSchema>;
export type Route = z.output<typeof routeSchema>;
export type PublishedRoute = z.output<typeof publishedRouteSchema>;
