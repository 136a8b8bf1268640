import { z } from 'zod';
import { sentFieldSchema } from '#libs/contract';
import { fieldName } from '#libs/handshake';

const socketUrlSchema = z
  .string()
  .max(16_384)
  .regex(/^[\x21-\x7e]+$/, 'white space and characters outside ASCII must be percent-encoded')
  .regex(/^wss?:\/\/[^/?#@]+(?:[/?]|$)/i, 'expected a URL with the scheme ws or wss, without credentials')
  .refine((text) => URL.canParse(text) && !text.includes('#'), 'expected a URL without a fragment')
  .refine((text) => !URL.canParse(text) || new URL(text).port !== '0', 'port 0 is not allowed');

const headerSchema = sentFieldSchema.superRefine(({ name }, context) => {
  if (mayBeSet(name)) return;
  const message = `${name} is set by the API or by the gateway, and cannot be sent`;
  context.addIssue({ code: 'custom', path: ['name'], message });
});

const openSchema = z.strictObject({
  type: z.literal('open'),
  url: socketUrlSchema,
  headers: z
    .array(headerSchema)
    .max(100)
    .refine(
      (fields) => isUnique(fields.map(({ name }) => name.toLowerCase())),
      'a name occurs twice; write its values in one field, separated by commas',
    )
    .default([]),
  subprotocols: z
    .array(
      z
        .string()
        .max(4096)
        .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'expected a token'),
    )
    .max(50)
    .refine(isUnique, 'a subprotocol occurs twice')
    .default([]),
});

const textSchema = z.strictObject({ type: z.literal('text'), data: z.string() });

const closeSchema = z.strictObject({
  type: z.literal('close'),
  code: z.union([z.literal(1000), z.int().min(3000).max(4999)]).default(1000),
  reason: z
    .string()
    .refine((text) => Buffer.byteLength(text) <= 123, 'at most 123 bytes')
    .default(''),
});

/** A text message of the client of a test connection, once it is parsed as JSON. */
export const clientMessageSchema = z.discriminatedUnion('type', [openSchema, textSchema, closeSchema]);

export type OpenMessage = z.output<typeof openSchema>;
export type ClientMessage = z.output<typeof clientMessageSchema>;

/**
 * Whether a client may set this header field: not those of the handshake and the connection, nor those with
 * which proxies state the address of a client, since gateways may trust the address of the API.
 */
function mayBeSet(name: string): boolean {
  const { isFixed, isOwn, isHopByHop, isDisguised } = fieldName(name);
  return !(isFixed || isOwn || isHopByHop || isDisguised);
}

function isUnique(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}
