import { z } from 'zod';
import { connectionSchema } from './connection.js';
import { timestampSchema } from './fields.js';

const countSchema = z.int().min(0);

export const endedBySchema = z.enum(['client', 'upstream', 'gateway']);

const totalSchema = z.strictObject({
  messages: countSchema.meta({ description: 'Number of complete data messages' }),
  bytes: countSchema.meta({ description: 'Number of bytes, including frame headers' }),
});

/** A connection that has ended, as the REST API returns it and gateways report it. */
export const closedConnectionSchema = z
  .strictObject({
    ...connectionSchema.omit({ state: true, bufferedBytes: true, fromClient: true, fromUpstream: true })
      .shape,
    closedAt: timestampSchema.meta({ description: 'Time at which both sides were closed' }),
    endedBy: endedBySchema.meta({ description: 'Whose close frame, FIN or loss came first' }),
    closeCode: z.int().meta({
      description: 'First close code that was sent or received; 1005: without a code, 1006: no close frame',
    }),
    reason: z.string().nullable().meta({
      description: 'Reason text of the gateway; null means that it did not end the connection',
    }),
    durationMs: countSchema.meta({ description: 'Milliseconds from the request to the end' }),
    fromClient: totalSchema.meta({ description: 'Traffic received from the client' }),
    fromUpstream: totalSchema.meta({ description: 'Traffic received from the upstream' }),
  })
  .meta({ id: 'ClosedConnection' });

export type ClosedConnection = z.output<typeof closedConnectionSchema>;
