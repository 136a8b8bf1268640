import { z } from 'zod';
import { publishedApiKeySchema, type PublishedApiKey } from './api-key.js';
import { publishedExhaustionSchema, type PublishedExhaustion } from './quota.js';
import { publishedRouteSchema, type PublishedRoute } from './route.js';
import { publishedStickyKeySchema, type PublishedStickyKey } from './sticky-key.js';
import { publishedTenantSchema, type PublishedTenant } from './tenant.js';
import { timestampSchema } from './fields.js';
import { idSchema } from './identifiers.js';

/**
 * One published tenant, route, API key, sticky key or exhausted quota. In a change, a null value
 * means that it was deleted; in a snapshot no value is null.
 */
export type ConfigEntry =
  | { kind: 'tenant'; id: string; value: PublishedTenant | null }
  | { kind: 'route'; id: string; value: PublishedRoute | null }
  | { kind: 'apiKey'; id: string; value: PublishedApiKey | null }
  | { kind: 'stickyKey'; id: string; value: PublishedStickyKey | null }
  | { kind: 'exhaustion'; id: string; value: PublishedExhaustion | null };

export const configEntrySchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('tenant'),
      id: idSchema('tenant'),
      value: publishedTenantSchema.nullable(),
    }),
    z.strictObject({
      kind: z.literal('route'),
      id: idSchema('route'),
      value: publishedRouteSchema.nullable(),
    }),
    z.strictObject({
      kind: z.literal('apiKey'),
      id: idSchema('apiKey'),
      value: publishedApiKeySchema.nullable(),
    }),
    z.strictObject({
      kind: z.literal('stickyKey'),
      id: idSchema('stickyKey'),
      value: publishedStickyKeySchema.nullable(),
    }),
    z.strictObject({
      kind: z.literal('exhaustion'),
      id: idSchema('exhaustion'),
      value: publishedExhaustionSchema.nullable(),
    }),
  ])
  .refine((entry) => entry.value === null || entry.value.id === entry.id, {
    error: 'the id of the entry is not the id of its value',
    path: ['value', 'id'],
  });

/**
 * The position of a configuration. `epoch` names the history that the revision belongs to: a database that
 * was recreated or restored from a backup starts a new epoch, so that its revisions are not mistaken for old
 * ones.
 */
export const configPositionSchema = z.strictObject({
  epoch: z.string().min(1).max(64),
  revision: z.int().min(0),
});

/** One committed change: everything that one revision changed. */
export const configChangeSchema = z.strictObject({
  ...configPositionSchema.shape,
  committedAt: timestampSchema,
  entries: z.array(configEntrySchema),
});

export type ConfigPosition = z.output<typeof configPositionSchema>;
export type ConfigChange = ConfigPosition & { committedAt: string; entries: ConfigEntry[] };

/**
 * The whole published configuration at a revision. `fleetId` names the fleet, which is all gateways of one
 * database; null if the version of the publisher did not have fleet ids.
 */
export type ConfigSnapshot = ConfigPosition & { fleetId: string | null; entries: ConfigEntry[] };
