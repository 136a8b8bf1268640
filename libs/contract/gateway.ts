import { z } from 'zod';
import { timestampSchema } from './fields.js';
import { idSchema } from './identifiers.js';

/** The progress of a drain. */
const drainProgressSchema = z
  .object({
    startedAt: timestampSchema.meta({ description: 'When it began' }),
    periodMs: z.int().min(0).meta({ description: 'Milliseconds over which connections are closed' }),
    total: z.int().min(0).meta({ description: 'Connections that were live as it began' }),
    remaining: z.int().min(0).meta({ description: 'Connections that are still live' }),
  })
  .meta({ id: 'DrainProgress' });

/** Maximum length of `refusal`, in characters. */
export const maxRefusalLength = 500;

/**
 * The status that a gateway reports. APIs of other versions read it while a fleet is upgraded: unknown fields
 * are dropped, and those that an older gateway lacks are null.
 */
export const gatewayStatusSchema = z.object({
  id: idSchema('gateway').meta({ description: 'Id of the gateway; another one at each start' }),
  supervisorId: idSchema('supervisor').nullable().default(null).meta({
    description: 'The same for all gateways that one command runs as its workers; null: it runs alone',
  }),
  version: z.string().meta({ description: 'Version of Sluice' }),
  startedAt: timestampSchema.meta({ description: 'When it started' }),
  appliedRevision: z
    .int()
    .min(0)
    .nullable()
    .meta({ description: 'The newest revision that it has applied; null: none yet' }),
  connections: z.int().min(0).meta({ description: 'Live connections' }),
  state: z.enum(['starting', 'ready', 'refusing', 'draining']),
  refusal: z
    .string()
    .max(maxRefusalLength)
    .nullable()
    .default(null)
    .meta({ description: 'Why it refuses what is published, naming the entry; null: it does not' }),
  drain: drainProgressSchema
    .nullable()
    .meta({ description: 'How far its drain is; null: it does not drain' }),
});

/** A gateway as the REST API shows it; `stale` is one whose heartbeat is overdue. */
export const gatewaySchema = gatewayStatusSchema
  .extend({
    state: z.enum(['starting', 'ready', 'refusing', 'draining', 'stale']).meta({
      description:
        '`refusing`: a published entry is set aside, see `refusal`. `stale`: its heartbeat is overdue. `starting`: it has no configuration yet',
    }),
    lastSeenAt: timestampSchema.meta({ description: 'When its last heartbeat came' }),
  })
  .meta({ id: 'Gateway' });

export type DrainProgress = z.output<typeof drainProgressSchema>;
export type GatewayStatus = z.output<typeof gatewayStatusSchema>;
export type Gateway = z.output<typeof gatewaySchema>;
