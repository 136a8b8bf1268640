import { z } from 'zod';
import { headerNameSchema, headerValueSchema, publishedHeaderNameSchema } from './header-fields.js';
import { idSchema } from './identifiers.js';
import { displayTextSchema, durationMsSchema, limitSchema, timestampSchema } from './fields.js';
import { hostPatternSchema, originPatternSchema } from './host.js';
import { jwtAuthSchema } from './jwt-auth.js';
import { maxRoutePathLength, normalizePath } from './request-path.js';
import { refuseAmbiguous } from './route-rules.js';
import { shownUpstreamTlsSchema, upstreamTlsReplaceSchema, upstreamTlsSchema } from './upstream-tls.js';
import { upstreamUrlSchema } from './upstream-url.js';

const routePathSchema = z
  .string()
  .max(maxRoutePathLength)
  .superRefine((path, context) => {
    const normalized = normalizePath(path);
    if (!normalized.ok) context.addIssue({ code: 'custom', message: normalized.reason });
    else if (normalized.path !== path) {
      context.addIssue({
        code: 'custom',
        message: `the path is not in its normal form "${normalized.path}"`,
      });
    }
  })
  .meta({ example: '/socket' });

const routeMatchSchema = z
  .strictObject({
    host: hostPatternSchema.default('*'),
    path: routePathSchema,
    pathType: z.enum(['exact', 'prefix']).default('prefix'),
    encodedSlash: z
      .enum(['refuse', 'pass'])
      .default('refuse')
      .meta({ description: 'Whether a request may have an encoded slash (%2F) in its path' }),
  })
  .meta({ id: 'RouteMatch', example: { host: 'chat.acme.example', path: '/socket' } });

const upstreamSchema = z
  .strictObject({ url: upstreamUrlSchema, weight: z.int().min(1).max(1000).default(1) })
  .meta({ id: 'Upstream' });

export const keySourceSchema = z.enum(['header', 'query', 'subprotocol']);

const authSchema = z
  .strictObject({
    mode: z.enum(['apiKey', 'jwt', 'none']).default('apiKey'),
    sources: z
      .array(keySourceSchema)
      .min(1)
      .max(3)
      .refine((sources) => new Set(sources).size === sources.length, { error: 'a source is listed twice' })
      .default(['header', 'query', 'subprotocol']),
    jwt: jwtAuthSchema.nullable().default(null),
  })
  .refine(({ mode, jwt }) => (mode === 'jwt') === (jwt !== null), {
    error: 'goes with the mode "jwt", and only with it',
    path: ['jwt'],
  })
  .meta({ id: 'RouteAuth' });

const requestHeadersSchema = requestHeadersNamedBy(headerNameSchema).meta({ id: 'RouteRequestHeaders' });

const timeoutsSchema = z
  .strictObject({
    connectMs: durationMsSchema.max(600_000).default(5000),
    handshakeMs: durationMsSchema.max(600_000).default(10_000),
    idleMs: durationMsSchema.nullable().default(null),
    maxLifetimeMs: durationMsSchema.nullable().default(null),
  })
  .meta({ id: 'RouteTimeouts' });

const keepaliveSchema = z
  .strictObject({ pingIntervalMs: durationMsSchema.nullable().default(25_000) })
  .meta({ id: 'RouteKeepalive' });

/** What a client sends to make a route. */
export const routeCreateSchema = z
  .strictObject({
    name: displayTextSchema.default('').meta({ example: 'chat' }),
    enabled: z.boolean().default(true),
    match: routeMatchSchema,
    upstreams: z
      .array(upstreamSchema)
      .min(1)
      .max(64)
      .meta({ example: [{ url: 'ws://10.0.0.5:9000/base' }] }),
    upstreamTls: upstreamTlsSchema.prefault({}),
    balancing: z.enum(['roundRobin']).default('roundRobin'),
    rewrite: z.strictObject({ stripPrefix: z.boolean().default(false) }).prefault({}),
    upstreamHost: z
      .enum(['upstream', 'client'])
      .default('upstream')
      .meta({
        description:
          "The Host that upstreams get: that of the upstream's URL, or the client's own. " +
          'A `Host` in requestHeaders.set has precedence',
      }),
    requestHeaders: requestHeadersSchema.prefault({}),
    auth: authSchema.prefault({}),
    clientCertificate: z.enum(['none', 'required']).default('none').meta({
      description:
        'Whether a client has to show a certificate of the authority that the gateway trusts; it goes upstream as Client-Cert (RFC 9440)',
    }),
    allowedOrigins: z.array(originPatternSchema).max(256).nullable().default(null),
    maxConnections: limitSchema(0).default(null),
    onChange: z.enum(['keep', 'drain']).default('keep'),
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
    timeouts: timeoutsSchema.prefault({}),
    keepalive: keepaliveSchema.prefault({}),
  })
  .superRefine(refuseAmbiguous)
  .meta({ id: 'RouteCreate' });

/** What a client sends to replace a route with PUT. */
export const routeReplaceSchema = z.strictObject({
  ...routeCreateSchema.shape,
  upstreamTls: upstreamTlsReplaceSchema.prefault({}),
});

/** A route as gateways receive it. */
export const publishedRouteSchema = z.strictObject({
  id: idSchema('route'),
  tenantId: idSchema('tenant'),
  ...routeCreateSchema.shape,
  requestHeaders: requestHeadersNamedBy(publishedHeaderNameSchema).prefault({}),
});

/** A route as the REST API shows it. */
export const routeSchema = z
  .strictObject({
    ...publishedRouteSchema.shape,
    requestHeaders: routeCreateSchema.shape.requestHeaders,
    upstreamTls: shownUpstreamTlsSchema,
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
  })
  .meta({ id: 'Route' });

export type KeySource = z.output<typeof keySourceSchema>;
export type RouteCreate = z.output<typeof routeCreateSchema>;
export type RouteReplace = z.output<typeof routeReplaceSchema>;
export type Route = z.output<typeof routeSchema>;
export type PublishedRoute = z.output<typeof publishedRouteSchema>;

// A function of `typeof headerNameSchema` rather than of any schema, so that the type of a route says that its names are strings.
function requestHeadersNamedBy(nameSchema: typeof headerNameSchema) {
  return z.strictObject({
    set: z
      .record(nameSchema, headerValueSchema)
      .refine((set) => Object.keys(set).length <= 64, { error: 'at most 64 header fields' })
      .default({}),
    remove: z.array(nameSchema).max(64).default([]),
  });
}
