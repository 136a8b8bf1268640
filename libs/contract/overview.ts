import { z } from 'zod';
import { idSchema } from './identifiers.js';

const countSchema = z.int().min(0);

/** The number of steps in each window. */
export const overviewSteps = 30;

/** The seconds of a step of each window: 30 of them are the window. */
export const overviewStepSeconds = { '1m': 2, '10m': 20, '1h': 120 } as const;

export const overviewWindowSchema = z.enum(['1m', '10m', '1h']);

/** The values by which the busiest tenants are found. */
export const overviewSortSchema = z.enum(['connections', 'handshakes', 'refusals', 'messages', 'bytes']);

/** The figures that a gateway keeps of each step, besides the refusals by code. */
export interface OverviewSeries<Values> {
  connections: Values;
  handshakes: Values;
  messagesFromClients: Values;
  messagesFromUpstreams: Values;
  bytesFromClients: Values;
  bytesFromUpstreams: Values;
}

export type OverviewRow = keyof OverviewSeries<unknown>;

/** Reads each of the figures. */
export function overviewSeries<Values>(read: (row: OverviewRow) => Values): OverviewSeries<Values> {
  return {
    connections: read('connections'),
    handshakes: read('handshakes'),
    messagesFromClients: read('messagesFromClients'),
    messagesFromUpstreams: read('messagesFromUpstreams'),
    bytesFromClients: read('bytesFromClients'),
    bytesFromUpstreams: read('bytesFromUpstreams'),
  };
}

/** The connections at the end of a window, and what happened in it. */
export const overviewTotalSchema = z.strictObject({
  connections: countSchema.meta({ description: 'Number of live connections at the end of the window' }),
  handshakes: countSchema.meta({ description: 'Number of handshakes that became connections' }),
  refusals: countSchema.meta({
    description:
      'Number of refused requests; ordinary HTTP requests to routes with `http: "proxy"` do not count',
  }),
  messages: countSchema.meta({ description: 'Number of complete data messages from both sides' }),
  bytes: countSchema.meta({ description: 'Number of bytes from both sides, including frame headers' }),
});

/** What a tenant had in a window. */
export const tenantOverviewSchema = z
  .strictObject({
    tenantId: idSchema('tenant').meta({ description: 'Id of the tenant' }),
    ...overviewTotalSchema.shape,
  })
  .meta({ id: 'TenantOverview' });

export type OverviewWindow = z.output<typeof overviewWindowSchema>;
export type OverviewTotal = z.output<typeof overviewTotalSchema>;
export type TenantOverview = z.output<typeof tenantOverviewSchema>;
