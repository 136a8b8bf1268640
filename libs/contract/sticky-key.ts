import { z } from 'zod';
import { timestampSchema } from './fields.js';
import { idSchema } from './identifiers.js';

const secretSchema = z.string().regex(/^[0-9a-f]{64}$/, 'expected 256 bits in hexadecimal');

/** The secret key with which gateways sign the sticky cookies of a tenant, as they receive it. */
export const publishedStickyKeySchema = z.strictObject({
  id: idSchema('stickyKey'),
  tenantId: idSchema('tenant'),
  secret: secretSchema,
  /** The secret before the last rotation, whose cookies are still accepted; null means none. */
  previousSecret: secretSchema.nullable(),
});

/** The body of a rotation. */
export const rotateStickyKeySchema = z
  .strictObject({
    keepPrevious: z.boolean().default(true).meta({
      description:
        'Whether cookies signed with the previous key are still accepted; with false, they are ignored at once',
    }),
  })
  .prefault({})
  .meta({ id: 'RotateStickyKey' });

/** The answer to a rotation, without the secret. */
export const rotatedStickyKeySchema = z
  .strictObject({
    id: idSchema('stickyKey').meta({ description: 'Id of the sticky key' }),
    tenantId: idSchema('tenant').meta({ description: 'Id of the tenant that owns the sticky key' }),
    rotatedAt: timestampSchema.meta({ description: 'Time of the rotation' }),
  })
  .meta({ id: 'RotatedStickyKey' });

export type PublishedStickyKey = z.output<typeof publishedStickyKeySchema>;
export type RotateStickyKey = z.output<typeof rotateStickyKeySchema>;
export type RotatedStickyKey = z.output<typeof rotatedStickyKeySchema>;
