import { z } from 'zod';
import { timestampSchema } from './fields.js';
import { idSchema } from './identifiers.js';

const countSchema = z.int().min(0);

const relayedSchema = z
  .strictObject({
    messages: countSchema.meta({ description: 'Complete data messages' }),
    frames: countSchema.meta({ description: 'Frames of every kind' }),
    controlFrames: countSchema.meta({ description: 'Pings, pongs and close frames among them' }),
    bytes: countSchema.meta({ description: 'Bytes, frame headers included' }),
    lastActivityAt: timestampSchema.nullable().meta({
      description:
        "When it last sent data or a control frame; pongs to the gateway's own pings do not count. null: never",
    }),
    roundTripMs: z
      .number()
      .min(0)
      .nullable()
      .meta({ description: 'Between the last ping of the gateway and its pong; null: none yet' }),
  })
  .meta({ id: 'Relayed', description: 'What came from one side of a connection' });

/** One live connection, as the REST API shows it and gateways report it. */
export const connectionSchema = z
  .strictObject({
    id: idSchema('connection').meta({ description: 'Id of the connection' }),
    tenantId: idSchema('tenant').meta({ description: 'Id of the tenant' }),
    routeId: idSchema('route').meta({ description: 'Id of the route' }),
    apiKeyId: idSchema('apiKey')
      .nullable()
      .meta({ description: 'Id of the API key with which it was opened; null: none' }),
    gatewayId: idSchema('gateway').meta({ description: 'Id of the gateway that relays it' }),
    clientAddress: z.string().meta({ description: 'Address of the client' }),
    upstreamUrl: z.string().meta({ description: 'URL of the upstream that was chosen' }),
    subprotocol: z
      .string()
      .nullable()
      .meta({ description: 'The subprotocol that was agreed on; null: none' }),
    since: timestampSchema.meta({ description: 'When it was joined' }),
    state: z.enum(['open', 'closing']).meta({ description: '`closing`: the gateway has sent a close frame' }),
    fromClient: relayedSchema.meta({ description: 'What came from the client' }),
    fromUpstream: relayedSchema.meta({ description: 'What came from the upstream' }),
  })
  .meta({ id: 'Connection' });

/** A filter of live connections; a field that is omitted matches every one. */
export const connectionFilterSchema = z.strictObject({
  connectionId: idSchema('connection').optional(),
  tenantId: idSchema('tenant').optional(),
  routeId: idSchema('route').optional(),
  apiKeyId: idSchema('apiKey').optional(),
  clientAddress: z.string().optional(),
});

/** The rates of a tenant's connections on one side over the last whole second, and the totals so far. */
export const tenantTrafficSchema = z
  .strictObject({
    messages: countSchema.meta({ description: 'Complete data messages' }),
    bytes: countSchema.meta({ description: 'Bytes, frame headers included' }),
    messagesPerSecond: z.number().min(0).meta({ description: 'Messages in the last whole second' }),
    bytesPerSecond: z.number().min(0).meta({ description: 'Bytes in the last whole second' }),
  })
  .meta({ id: 'TenantTraffic' });

export type Relayed = z.output<typeof relayedSchema>;
export type Connection = z.output<typeof connectionSchema>;
export type ConnectionFilter = z.output<typeof connectionFilterSchema>;
export type TenantTraffic = z.output<typeof tenantTrafficSchema>;
