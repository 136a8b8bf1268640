import { z } from 'zod';
import { idSchema, tenantLimitsSchema, tenantTrafficSchema } from '#libs/contract';
import { silentGateways } from '../fleet/silent-gateways.js';

const usage = {
  connections: z.int().min(0).meta({ description: 'Live connections' }),
  fromClients: tenantTrafficSchema.meta({ description: 'From clients to upstreams' }),
  fromUpstreams: tenantTrafficSchema.meta({ description: 'From upstreams to clients' }),
};

/** What a tenant uses of what it may use. */
export const tenantUsageSchema = z
  .strictObject({
    tenantId: idSchema('tenant').meta({ description: 'Id of the tenant' }),
    limits: tenantLimitsSchema
      .pick({ maxConnections: true, messagesPerSecond: true, bytesPerSecond: true })
      .meta({
        description:
          'What the tenant may use. Each gateway counts by itself: a limit holds in each of `gateways`, not for `total`. ' +
          '`messagesPerSecond` and `bytesPerSecond` hold for each direction by itself. Null: no limit',
      }),
    total: z.strictObject(usage).meta({
      description:
        'All gateways together: messages and bytes since each gateway started, rates over the last whole second',
    }),
    gateways: z
      .array(
        z.strictObject({
          gatewayId: idSchema('gateway').meta({ description: 'Id of the gateway' }),
          ...usage,
        }),
      )
      .meta({ description: 'Each gateway by itself; what to hold against `limits`' }),
    ...silentGateways,
  })
  .meta({ id: 'TenantUsage' });

export type TenantUsage = z.output<typeof tenantUsageSchema>;
