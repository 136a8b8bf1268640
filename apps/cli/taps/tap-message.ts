import { z } from 'zod';

const payloadSchema = z.object({
  bytes: z.base64(),
  isTruncated: z.boolean(),
  isInflated: z.boolean(),
  unknownBytes: z.number(),
});

const frameSchema = z.object({
  type: z.literal('frame'),
  at: z.string(),
  from: z.enum(['client', 'upstream']),
  opcode: z.string(),
  isFinal: z.boolean(),
  isCompressed: z.boolean(),
  length: z.number(),
  payload: payloadSchema.nullable(),
});

/** A message of `/v1/connections/{connection}/tap`. */
export const tapMessageSchema = z.discriminatedUnion('type', [
  frameSchema,
  z.object({ type: z.literal('omitted'), count: z.number() }),
]);

export type TapMessage = z.output<typeof tapMessageSchema>;
export type TappedFrame = z.output<typeof frameSchema>;
