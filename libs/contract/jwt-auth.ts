import { z } from 'zod';
import { asciiUrlProblem } from './url-host.js';
import { fieldRules } from './field-rules.js';

const base64urlSchema = z
  .string()
  .max(4096)
  .regex(/^[A-Za-z0-9_-]+$/, 'expected base64url without padding');

// Asymmetric signatures only: with HMAC every verifier could also sign, and `none` proves nothing (RFC 8725
// §3.1, §3.2).
const signatureAlgorithmSchema = z.enum([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]);

const keyDescription = {
  kid: z.string().min(1).max(256).meta({ description: 'Key id, to which a token refers' }).exactOptional(),
  alg: signatureAlgorithmSchema
    .meta({ description: 'The only algorithm with which the key is used' })
    .exactOptional(),
  use: z.literal('sig').meta({ description: 'Use of the key: signatures' }).exactOptional(),
  key_ops: z
    .tuple([z.literal('verify')])
    .meta({ description: 'Operation of the key: verifying signatures' })
    .exactOptional(),
};

// Strict, so that a private key (`d`) is refused, not stored.
const publicKeySchema = z
  .discriminatedUnion('kty', [
    z.strictObject({
      kty: z.literal('RSA').meta({ description: 'Key type' }),
      ...keyDescription,
      n: base64urlSchema.min(342).meta({ description: 'Modulus' }),
      e: base64urlSchema.meta({ description: 'Public exponent' }),
    }),
    z.strictObject({
      kty: z.literal('EC').meta({ description: 'Key type' }),
      ...keyDescription,
      crv: z.enum(['P-256', 'P-384', 'P-521']).meta({ description: 'Curve' }),
      x: base64urlSchema.meta({ description: 'Coordinate x' }),
      y: base64urlSchema.meta({ description: 'Coordinate y' }),
    }),
    z.strictObject({
      kty: z.literal('OKP').meta({ description: 'Key type' }),
      ...keyDescription,
      crv: z.literal('Ed25519').meta({ description: 'Curve' }),
      x: base64urlSchema.meta({ description: 'Coordinate x' }),
    }),
  ])
  .meta({ id: 'PublicKey', description: 'A public JSON Web Key (RFC 7517)' });

const claimValueSchema = z.union([z.string().max(512), z.number(), z.boolean()], {
  error: fieldRules.claim_value,
});

const jwksUrlSchema = z
  .string()
  .max(2048)
  .superRefine((text, context) => {
    const reason = jwksUrlProblem(text);
    if (reason) context.addIssue({ code: 'custom', message: reason });
  })
  .meta({ format: 'uri', example: 'https://id.acme.example/.well-known/jwks.json' });

/** The requirements that a JWT must meet to connect on a route. */
export const jwtAuthSchema = z
  .strictObject({
    issuer: z
      .string()
      .min(1)
      .max(512)
      .meta({ description: 'Required value of the claim `iss`', example: 'https://id.acme.example' }),
    audience: z
      .array(z.string().min(1).max(512))
      .min(1)
      .max(16)
      .meta({ description: 'The claim `aud` must contain at least one of these values', example: ['chat'] }),
    jwksUrl: jwksUrlSchema.nullable().default(null).meta({
      description: "URL of the issuer's JWK Set; null means that the keys are in `keys`",
    }),
    keys: z
      .array(publicKeySchema)
      .min(1)
      .max(32)
      .nullable()
      .default(null)
      .meta({ description: 'Public keys of the issuer; null means that they are fetched from `jwksUrl`' }),
    requiredClaims: z
      .record(z.string().min(1).max(256), claimValueSchema)
      .refine((claims) => Object.keys(claims).length <= 32, {
        error: 'at most 32 claims',
        params: { code: 'too_many', values: { bound: 32 } },
      })
      .default({})
      .meta({
        description:
          'Claims that a token must have: each equals the given value, or is a list that contains it',
      }),
    algorithms: z
      .array(signatureAlgorithmSchema)
      .min(1)
      .max(11)
      .refine((names) => new Set(names).size === names.length, {
        error: 'an algorithm is listed twice',
        params: { code: 'repeated' },
      })
      .default(['RS256', 'ES256', 'EdDSA'])
      .meta({ description: 'Accepted signature algorithms' }),
    clockToleranceSeconds: z
      .int()
      .min(0)
      .max(300)
      .default(0)
      .meta({ description: "Maximum tolerated deviation of the issuer's clock, in seconds" }),
  })
  .refine(({ jwksUrl, keys }) => (jwksUrl === null) !== (keys === null), {
    error: fieldRules.jwt_keys,
    path: ['jwksUrl'],
  })
  .meta({ id: 'RouteJwtAuth' });

export type JwtAuth = z.output<typeof jwtAuthSchema>;

function jwksUrlProblem(text: string): string | null {
  if (!/^[\x21-\x7e]+$/.test(text)) return asciiUrlProblem(text);
  if (!/^https?:\/\//i.test(text)) return fieldRules.jwks_url_scheme;
  if (!URL.canParse(text)) return fieldRules.jwks_url_malformed;
  const url = new URL(text);
  if (url.username || url.password) return 'credentials in the URL are not allowed';
  if (text.includes('#')) return 'a fragment in the URL is not allowed';
  return url.port === '0' ? fieldRules.url_port : null;
}
