import { z } from 'zod';
import { idSchema } from './identifiers.js';

const countSchema = z.int().min(0);

/** The usage of connections. Bytes include frame headers, as everywhere. */
const usageCountersSchema = z.strictObject({
  /** Number of opened connections. */
  connections: countSchema,
  /** The time for which connections were open, added up. */
  connectionMs: countSchema,
  messagesFromClients: countSchema,
  bytesFromClients: countSchema,
  messagesFromUpstreams: countSchema,
  bytesFromUpstreams: countSchema,
});

/** The usage of one tenant, route and key. */
export const usageRowSchema = z.strictObject({
  tenantId: idSchema('tenant'),
  routeId: idSchema('route'),
  /** Null: the connections were opened without a key. */
  apiKeyId: idSchema('apiKey').nullable(),
  ...usageCountersSchema.shape,
});

/** The maximum number of rows of one report. */
export const maxRowsOfUsageReport = 1000;

/** The usage of one gateway's connections in a period. The reports of a gateway do not overlap. */
export const usageReportSchema = z.strictObject({
  gatewayId: idSchema('gateway'),
  /** 1, 2, 3, … of each gateway. */
  sequence: z.int().min(1),
  periodMs: countSchema,
  rows: z.array(usageRowSchema).max(maxRowsOfUsageReport),
});

export type UsageCounters = z.output<typeof usageCountersSchema>;
export type UsageRow = z.output<typeof usageRowSchema>;
export type UsageReport = z.output<typeof usageReportSchema>;

export const usageCounterNames = usageCountersSchema.keyof().options;

export function noUsage(): UsageCounters {
  return {
    connections: 0,
    connectionMs: 0,
    messagesFromClients: 0,
    bytesFromClients: 0,
    messagesFromUpstreams: 0,
    bytesFromUpstreams: 0,
  };
}
