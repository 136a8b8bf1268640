import { z } from 'zod';
import { timestampSchema } from './fields.js';
import { idSchema } from './identifiers.js';

/** How far a drain has come. */
const drainProgressSchema = z
  .strictObject({
    startedAt: timestampSchema,
    periodMs: z.int().min(0),
    total: z.int().min(0).meta({ description: 'Connections that were live as it began' }),
    remaining: z.int().min(0).meta({ description: 'Connections that are still live' }),
  })
  .meta({ id: 'DrainProgress' });

/** What a gateway says of itself. */
export const gatewayStatusSchema = z.strictObject({
  id: idSchema('gateway'),
  version: z.string(),
  startedAt: timestampSchema,
  appliedRevision: z.int().min(0).nullable(),
  connections: z.int().min(0),
  state: z.enum(['starting', 'ready', 'refusing', 'draining']),
  drain: drainProgressSchema.nullable(),
});

/** A gateway as the REST API shows it; `stale` is one whose heartbeat is overdue. */
export const gatewaySchema = gatewayStatusSchema
  .extend({
    state: z.enum(['starting', 'ready', 'refusing', 'draining', 'stale']),
    lastSeenAt: timestampSchema,
  })
  .meta({ id: 'Gateway' });

export type DrainProgress = z.output<typeof drainProgressSchema>;
export type GatewayStatus = z.output<typeof gatewayStatusSchema>;
export type Gateway = z.output<typeof gatewaySchema>;
