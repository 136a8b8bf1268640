import { z } from 'zod';
import { timestampSchema } from './fields.js';
import { idSchema } from './identifiers.js';

const countSchema = z.int().min(0);

const relayedSchema = z
  .strictObject({
    messages: countSchema.meta({ description: 'Number of complete data messages' }),
    frames: countSchema.meta({ description: 'Number of frames of every kind' }),
    controlFrames: countSchema.meta({ description: 'Number of ping, pong and close frames' }),
    bytes: countSchema.meta({ description: 'Number of bytes, including frame headers' }),
    lastActivityAt: timestampSchema.nullable().meta({
      description:
        "Time of the last data or control frame, not counting pongs to the gateway's pings; null means none yet",
    }),
    roundTripMs: z.number().min(0).nullable().meta({
      description: 'Milliseconds between the last ping of the gateway and its pong; null means no pong yet',
    }),
  })
  .meta({ id: 'Relayed', description: 'Traffic received from one side of a connection' });

/** One live connection, as the REST API returns it and gateways report it. */
export const connectionSchema = z
  .strictObject({
    id: idSchema('connection').meta({ description: 'Id of the connection' }),
    tenantId: idSchema('tenant').meta({ description: 'Id of the tenant' }),
    routeId: idSchema('route').meta({ description: 'Id of the route' }),
    apiKeyId: idSchema('apiKey')
      .nullable()
      .meta({ description: 'Id of the API key that opened the connection; null means none' }),
    gatewayId: idSchema('gateway').meta({ description: 'Id of the gateway that relays the connection' }),
    clientAddress: z.string().meta({ description: 'Address of the client' }),
    upstreamUrl: z.string().meta({ description: 'URL of the selected upstream' }),
    subprotocol: z.string().nullable().meta({ description: 'Negotiated subprotocol; null means none' }),
    since: timestampSchema.meta({ description: 'Time at which client and upstream were joined' }),
    state: z.enum(['open', 'closing']).meta({ description: '`closing`: the gateway has sent a close frame' }),
    bufferedBytes: countSchema.default(0).meta({
      description:
        'Number of bytes that the gateway holds of both directions: those that the system has not taken yet, and those that a rate holds back',
    }),
    fromClient: relayedSchema.meta({ description: 'Traffic received from the client' }),
    fromUpstream: relayedSchema.meta({ description: 'Traffic received from the upstream' }),
  })
  .meta({ id: 'Connection' });

/** A filter of live connections; an omitted field matches every connection. */
export const connectionFilterSchema = z.strictObject({
  connectionId: idSchema('connection').optional(),
  tenantId: idSchema('tenant').optional(),
  /** One of these tenants; no index finds their connections. */
  tenantIds: z.array(idSchema('tenant')).optional(),
  routeId: idSchema('route').optional(),
  apiKeyId: idSchema('apiKey').optional(),
  clientAddress: z.string().optional(),
  /** As it is dialed, or as the route lists it. */
  upstreamUrl: z.string().optional(),
  /** The time since a side sent data or its own control frame. */
  minIdleMs: countSchema.optional(),
  maxIdleMs: countSchema.optional(),
  openedAfter: timestampSchema.optional(),
  openedBefore: timestampSchema.optional(),
});

/** The values by which live connections can be sorted. */
export const connectionSortSchema = z.enum([
  'openedAt',
  'bytes',
  'messages',
  'idle',
  'roundTrip',
  'buffered',
]);

/** The properties by which live connections can be counted. */
export const connectionGroupSchema = z.enum(['tenant', 'route', 'key', 'upstream', 'clientIp']);

/** The rates of a tenant's connections on one side over the last whole second, and the totals so far. */
export const tenantTrafficSchema = z
  .strictObject({
    messages: countSchema.meta({ description: 'Number of complete data messages' }),
    bytes: countSchema.meta({ description: 'Number of bytes, including frame headers' }),
    messagesPerSecond: z.number().min(0).meta({ description: 'Number of messages in the last whole second' }),
    bytesPerSecond: z.number().min(0).meta({ description: 'Number of bytes in the last whole second' }),
  })
  .meta({ id: 'TenantTraffic' });

export type Relayed = z.output<typeof relayedSchema>;
export type Connection = z.output<typeof connectionSchema>;
export type ConnectionSort = z.output<typeof connectionSortSchema>;
export type ConnectionGroup = z.output<typeof connectionGroupSchema>;
export type ConnectionFilter = z.output<typeof connectionFilterSchema>;
export type TenantTraffic = z.output<typeof tenantTrafficSchema>;
