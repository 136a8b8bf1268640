import type { JWK } from 'jose';
import { z } from 'zod';
import { rsaKeyProblem } from '#libs/contract';

const description = {
  kid: z.string().max(512).exactOptional(),
  alg: z.string().max(32).exactOptional(),
  use: z.string().max(32).exactOptional(),
  key_ops: z.array(z.string().max(32)).max(16).exactOptional(),
  ext: z.boolean().exactOptional(),
};
// A coordinate on P-521, the longest, has 88 characters.
const coordinateSchema = z.string().max(128);

// Other members, such as certificates, are dropped to save memory, since a set is kept as long as it is used.
const usableKeySchema = z.discriminatedUnion('kty', [
  z
    .object({ kty: z.literal('RSA'), ...description, n: z.string(), e: z.string() })
    .refine((key) => rsaKeyProblem(key) === null),
  z.object({
    kty: z.literal('EC'),
    ...description,
    crv: z.string().max(32),
    x: coordinateSchema,
    y: coordinateSchema,
  }),
  z.object({ kty: z.literal('OKP'), ...description, crv: z.string().max(32), x: coordinateSchema }),
]);

/**
 * The keys of a set that verify signatures at a bounded cost. A set may have others (RFC 7517 §4, §5):
 * secrets, keys for other uses, and RSA keys of a size that makes a signature expensive to verify.
 */
export function usableKeys(keys: readonly unknown[]): JWK[] {
  return keys.flatMap((key) => {
    const parsed = usableKeySchema.safeParse(key);
    return parsed.success ? [parsed.data] : [];
  });
}
