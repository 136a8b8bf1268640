import { z } from 'zod';
import { timestampSchema } from './fields.js';
import { idSchema } from './identifiers.js';

/** The progress of a drain. */
const drainProgressSchema = z
  .object({
    startedAt: timestampSchema.meta({ description: 'Time at which the drain started' }),
    periodMs: z
      .int()
      .min(0)
      .meta({ description: 'Period over which connections are closed, in milliseconds' }),
    total: z.int().min(0).meta({ description: 'Number of live connections at the start of the drain' }),
    remaining: z.int().min(0).meta({ description: 'Number of connections that are still live' }),
  })
  .meta({ id: 'DrainProgress' });

/** Maximum length of `refusal`, in characters. */
export const maxRefusalLength = 500;

/**
 * The status that a gateway reports. APIs of other versions read it while a fleet is upgraded: unknown fields
 * are dropped, and those that an older gateway lacks are null.
 */
export const gatewayStatusSchema = z.object({
  id: idSchema('gateway').meta({ description: 'Id of the gateway; each start creates a new one' }),
  supervisorId: idSchema('supervisor').nullable().default(null).meta({
    description: 'Id shared by all workers of one command; null means that the gateway runs alone',
  }),
  version: z.string().meta({ description: 'Version of Sluice' }),
  startedAt: timestampSchema.meta({ description: 'Time at which the gateway started' }),
  appliedRevision: z
    .int()
    .min(0)
    .nullable()
    .meta({ description: 'Newest revision that the gateway has applied; null means none yet' }),
  connections: z.int().min(0).meta({ description: 'Number of live connections' }),
  state: z.enum(['starting', 'ready', 'refusing', 'draining']),
  refusal: z.string().max(maxRefusalLength).nullable().default(null).meta({
    description: 'Reason for refusing a published entry, including its name; null means that none is refused',
  }),
  drain: drainProgressSchema
    .nullable()
    .meta({ description: 'Progress of the drain; null means that the gateway is not draining' }),
});

/** A gateway as the REST API returns it. `stale` means that its heartbeat is overdue. */
export const gatewaySchema = gatewayStatusSchema
  .extend({
    state: z.enum(['starting', 'ready', 'refusing', 'draining', 'stale']).meta({
      description:
        '`starting`: no configuration yet. `refusing`: a published entry is not applied, see `refusal`. `stale`: the heartbeat is overdue',
    }),
    lastSeenAt: timestampSchema.meta({ description: 'Time of the last heartbeat' }),
  })
  .meta({ id: 'Gateway' });

export type DrainProgress = z.output<typeof drainProgressSchema>;
export type GatewayStatus = z.output<typeof gatewayStatusSchema>;
export type Gateway = z.output<typeof gatewaySchema>;
