import { z } from 'zod';
import {
  connectionSchema,
  gatewayStatusSchema,
  healthStateSchema,
  idSchema,
  upstreamIdSchema,
} from '#libs/contract';

const at = z.iso.datetime();
const count = z.int().min(0);

const subject = connectionSchema.pick({
  id: true,
  tenantId: true,
  routeId: true,
  apiKeyId: true,
  gatewayId: true,
  clientAddress: true,
});

const total = z.strictObject({ messages: count, bytes: count });

/** One frame of a tapped connection. */
export const tapFrameSchema = z.strictObject({
  at,
  from: z.enum(['client', 'upstream']),
  opcode: z.enum(['continuation', 'text', 'binary', 'close', 'ping', 'pong']),
  isFinal: z.boolean(),
  isCompressed: z.boolean(),
  /** The number of bytes of the payload on the wire. */
  length: count,
  /**
   * The first bytes of the payload, unmasked and, if possible, inflated. Null if none were requested, and for
   * all fragments of an inflated message but the last, which has the payload of the message.
   */
  payload: z
    .strictObject({
      /** Base64. */
      bytes: z.string(),
      isTruncated: z.boolean(),
      /** Whether a compressed payload was inflated; otherwise it has the bytes on the wire. */
      isInflated: z.boolean(),
      /**
       * The number of unknown inflated bytes, which repeat data from before the tap began (RFC 7692 §7.1.1,
       * context takeover); they are given as zero bytes.
       */
      unknownBytes: count,
    })
    .nullable(),
});

/** The events that gateways publish. Delivery is best effort: a subscriber may miss some. */
export const fleetEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('connectionOpened'), at, connection: subject }),
  z.strictObject({
    type: z.literal('connectionClosed'),
    at,
    connection: subject,
    endedBy: z.enum(['client', 'upstream', 'gateway']),
    closeCode: z.int(),
    reason: z.string().nullable(),
    durationMs: count,
    fromClient: total,
    fromUpstream: total,
  }),
  /**
   * The number of opened and closed events of a tenant omitted since the last such event, to bound their
   * rate.
   */
  z.strictObject({
    type: z.literal('connectionsOmitted'),
    at,
    gatewayId: idSchema('gateway'),
    tenantId: idSchema('tenant'),
    opened: count,
    closed: count,
  }),
  /**
   * The health of an upstream of a route has changed, as this gateway observed it. At most 100 are
   * published in a second.
   */
  z.strictObject({
    type: z.literal('upstreamHealth'),
    at,
    gatewayId: idSchema('gateway'),
    tenantId: idSchema('tenant'),
    routeId: idSchema('route'),
    upstream: z.strictObject({ id: upstreamIdSchema, url: z.string() }),
    from: healthStateSchema,
    to: healthStateSchema,
    why: z.string().nullable(),
  }),
  /** A gateway has started, has begun to drain, accepts connections again, or is about to stop. */
  z.strictObject({
    type: z.enum(['gatewayStarted', 'gatewayDraining', 'gatewayResumed', 'gatewayStopped']),
    at,
    gateway: gatewayStatusSchema,
  }),
  /** `omitted`: the number of frames omitted since the previous event, to bound the rate. */
  z.strictObject({
    type: z.literal('tapFrames'),
    tapId: z.string(),
    frames: z.array(tapFrameSchema),
    omitted: count,
  }),
  /** The tapped connection has ended. */
  z.strictObject({ type: z.literal('tapEnded'), tapId: z.string() }),
]);

export type TapFrame = z.output<typeof tapFrameSchema>;
export type FleetEvent = z.output<typeof fleetEventSchema>;
