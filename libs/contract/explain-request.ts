import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { explanationSchema } from './explanation.js';
import { fieldNameSchema } from './header-fields.js';
import { idSchema } from './identifiers.js';

// A field value as HTTP/1.1 can carry it (RFC 9110 §5.5): each character is one byte.
const sentValueSchema = z
  .string()
  .max(16_384)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'expected a header field value without line breaks');

/** A header field as it is sent. */
export const sentFieldSchema = z.strictObject({
  name: fieldNameSchema.meta({ description: 'Name of the field', example: 'Origin' }),
  value: sentValueSchema.meta({ description: 'Value of the field', example: 'https://acme.example' }),
});

/** The question why a URL is refused: a request that is not sent. */
export const explainRequestSchema = z
  .strictObject({
    url: z
      .string()
      .max(16_384)
      .regex(/^(?:(?:wss?|https?):\/\/[^/?#\s]+)?(?:[/?#]|$)/i, 'expected a URL with the scheme ws or wss')
      .regex(/^[\x21-\x7e\x80-\xff]+$/, 'white space and control characters cannot be sent')
      .meta({
        description:
          'URL of the WebSocket or the page; its path and query are taken as written. A path needs a `Host`',
        example: 'wss://chat.acme.example/socket?room=7',
      }),
    method: z
      .enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      .nullable()
      .default(null)
      .meta({
        description: 'Method of an ordinary HTTP request; null: a WebSocket handshake',
        example: null,
      }),
    headers: z
      .array(sentFieldSchema)
      .max(200)
      .default([])
      .meta({ description: 'Header fields in their order; a name may occur more than once' }),
    addHandshakeHeaders: z.boolean().default(true).meta({
      description:
        'Whether `Host`, `Upgrade`, `Connection`, `Sec-WebSocket-Key` and `Sec-WebSocket-Version` are added if they are missing; with a method only `Host`',
    }),
    clientAddress: z.union([z.ipv4(), z.ipv6()]).nullable().default(null).meta({
      description: 'Address of the client; null: the address of this request',
      example: '203.0.113.7',
    }),
    clientCertificate: z
      .string()
      .max(32_768)
      .refine(isCertificate, 'expected a certificate in PEM')
      .nullable()
      .default(null)
      .meta({
        description: 'Certificate of the client in PEM, taken as issued by a trusted authority; null: none',
        example: null,
      }),
    gateway: idSchema('gateway')
      .nullable()
      .default(null)
      .meta({ description: 'Id of the gateway that explains, for operators; null: any', example: null }),
  })
  .meta({ id: 'ExplainRequest' });

/** The explanation of one gateway. */
export const explainAnswerSchema = z
  .strictObject({
    gatewayId: idSchema('gateway').meta({ description: 'Id of the gateway that explained' }),
    ...explanationSchema.shape,
  })
  .meta({ id: 'ExplainAnswer' });

export type ExplainRequest = z.output<typeof explainRequestSchema>;
export type ExplainAnswer = z.output<typeof explainAnswerSchema>;

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
