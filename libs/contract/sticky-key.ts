import { z } from 'zod';
import { timestampSchema } from './fields.js';
import { idSchema } from './identifiers.js';

const secretSchema = z.string().regex(/^[0-9a-f]{64}$/, 'expected 256 bits in hexadecimal');

/** The key with which gateways sign the sticky cookies of a tenant, as they receive it. It is a secret. */
export const publishedStickyKeySchema = z.strictObject({
  id: idSchema('stickyKey'),
  tenantId: idSchema('tenant'),
  secret: secretSchema,
  /** The secret before the last rotation, whose cookies are still accepted; null: none. */
  previousSecret: secretSchema.nullable(),
});

/** The body of a rotation. */
export const rotateStickyKeySchema = z
  .strictObject({
    keepPrevious: z.boolean().default(true).meta({
      description: 'Whether cookies of the key before are still accepted; false: they count as none at once',
    }),
  })
  .prefault({})
  .meta({ id: 'RotateStickyKey' });

/** The answer to a rotation, without the secret. */
export const rotatedStickyKeySchema = z
  .strictObject({
    id: idSchema('stickyKey').meta({ description: 'Id of the sticky key' }),
    tenantId: idSchema('tenant').meta({ description: 'Id of the tenant that owns it' }),
    rotatedAt: timestampSchema.meta({ description: 'When it was rotated' }),
  })
  .meta({ id: 'RotatedStickyKey' });

export type PublishedStickyKey = z.output<typeof publishedStickyKeySchema>;
export type RotateStickyKey = z.output<typeof rotateStickyKeySchema>;
export type RotatedStickyKey = z.output<typeof rotatedStickyKeySchema>;
