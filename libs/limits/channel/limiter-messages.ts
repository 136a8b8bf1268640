import { z } from 'zod';
import type { AcquireResult, LimiterStatus, LimitReadings } from '../connection-limits.js';

const limitSchema = z.number().nullable();

const slotRequestSchema = z.object({
  tenant: z.object({
    id: z.string(),
    limits: z.object({
      maxConnections: limitSchema,
      maxConnectionsPerKey: limitSchema,
      maxConnectionsPerIp: limitSchema,
      connectionsPerSecond: limitSchema,
    }),
  }),
  route: z.object({ id: z.string(), maxConnections: limitSchema }),
  apiKey: z.object({ id: z.string(), maxConnections: limitSchema }).nullable(),
  clientAddress: z.string(),
});

/** A request of a worker: for a slot or a reading, under a number of its choice, or to release slots. */
export const limiterRequestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('acquire'), slot: z.int(), request: slotRequestSchema }),
  z.object({ kind: z.literal('release'), slots: z.array(z.int()) }),
  /** A supervisor of an older version drops it. */
  z.object({ kind: z.literal('read'), slot: z.int(), request: slotRequestSchema }),
]);

const refusalSchema = z.discriminatedUnion('code', [
  z.object({
    code: z.enum(['connection_limit', 'connect_rate']),
    limit: z.enum(['tenant', 'route', 'key', 'address']),
    retryAfterSeconds: z.number(),
  }),
  z.object({ code: z.literal('limits_unavailable'), limit: z.null(), retryAfterSeconds: z.number() }),
]) satisfies z.ZodType<Omit<Extract<AcquireResult, { ok: false; limit: unknown }>, 'ok'>>;

const limiterStatusSchema = z.object({
  scope: z.enum(['fleet', 'gateway']),
  gateways: z.int(),
}) satisfies z.ZodType<LimiterStatus>;

const readingsSchema = z.object({
  refusal: refusalSchema
    .transform((refusal): LimitReadings['refusal'] => ({ ok: false, ...refusal }))
    .nullable(),
  rate: z.object({ perSecond: z.number(), waitMs: limitSchema }).nullable(),
  counts: z.array(
    z.object({
      kind: z.enum(['tenant', 'route', 'key', 'address']),
      count: limitSchema,
      limit: limitSchema,
    }),
  ),
}) satisfies z.ZodType<LimitReadings>;

/** `refusal` is null if the slot is granted. */
const acquireAnswerSchema = z.object({
  slot: z.int(),
  refusal: refusalSchema.nullable(),
  status: limiterStatusSchema,
});

/** The answer to `acquire` or to `read`. */
export const limiterAnswerSchema = z.union([
  z.object({ slot: z.int(), readings: readingsSchema, status: limiterStatusSchema }),
  acquireAnswerSchema,
]);

export type LimiterRequest = z.output<typeof limiterRequestSchema>;
export type LimiterAnswer = z.output<typeof limiterAnswerSchema>;
