import { z } from 'zod';
import { connectionSchema, gatewayStatusSchema, idSchema } from '#libs/contract';

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
  /** Bytes of the payload as it was on the wire. */
  length: count,
  /**
   * The first bytes of the payload, unmasked and, where they could be, inflated. Null where none were asked for, and for
   * fragments of an inflated message: it is with the last one.
   */
  payload: z
    .strictObject({
      /** Base64. */
      bytes: z.string(),
      isTruncated: z.boolean(),
      /** Whether it was compressed and is given inflated; otherwise it is as it was on the wire. */
      isInflated: z.boolean(),
      /**
       * How many of the inflated bytes are not known, since they repeat what was sent before the tap began (RFC 7692
       * §7.1.1, context takeover); they are given as zero bytes.
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
  /** How many opened and closed events of a tenant were omitted since the last such event, to bound their rate. */
  z.strictObject({
    type: z.literal('connectionsOmitted'),
    at,
    gatewayId: idSchema('gateway'),
    tenantId: idSchema('tenant'),
    opened: count,
    closed: count,
  }),
  /** A gateway has started, begun to drain, or is about to stop. */
  z.strictObject({
    type: z.enum(['gatewayStarted', 'gatewayDraining', 'gatewayStopped']),
    at,
    gateway: gatewayStatusSchema,
  }),
  /** `omitted` frames were left out since the previous event, to bound the rate. */
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
