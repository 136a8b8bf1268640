import { z } from 'zod';
import { limitSchema, timestampSchema } from './fields.js';
import { idSchema } from './identifiers.js';

export const quotaSchema = z
  .strictObject({
    connections: limitSchema(0)
      .default(null)
      .meta({ description: 'Maximum number of connections that are opened in a month' }),
    connectionMinutes: limitSchema(0)
      .default(null)
      .meta({ description: 'Maximum time of connections in a month, added up, in minutes' }),
    messages: limitSchema(0)
      .default(null)
      .meta({ description: 'Maximum number of messages in a month, in both directions together' }),
    bytes: limitSchema(0)
      .default(null)
      .meta({ description: 'Maximum number of bytes in a month, in both directions together' }),
  })
  .meta({
    id: 'Quota',
    description: 'Quota for each month in UTC; null means no quota',
  });

export type Quota = z.output<typeof quotaSchema>;

export const quotaNames = quotaSchema.keyof().options;

export function hasQuota(quota: Quota): boolean {
  return quotaNames.some((name) => quota[name] !== null);
}

const subjectIdSchema = z.union([idSchema('tenant'), idSchema('route'), idSchema('apiKey')]);

/** That a tenant, a route or an API key has used up its quota, as gateways receive it. */
export const publishedExhaustionSchema = z.strictObject({
  id: idSchema('exhaustion'),
  tenantId: idSchema('tenant'),
  /** The tenant, the route or the API key. */
  subjectId: subjectIdSchema,
  /** The first moment of the next month. */
  until: timestampSchema,
  /** Whether live connections are closed, too: they use more of it. */
  closesLive: z.boolean(),
});

export type PublishedExhaustion = z.output<typeof publishedExhaustionSchema>;

/** The id under which the exhaustion of a tenant, a route or an API key is published. */
export function exhaustionIdOf(subjectId: string): string {
  return `qta_${subjectId.slice('xxx_'.length)}`;
}
