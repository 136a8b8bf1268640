import { z } from 'zod';
import { idSchema, tenantLimitsSchema, tenantTrafficSchema, timestampSchema } from '#libs/contract';
import { silentGateways } from '../fleet/silent-gateways.js';
import { ceilingSchema } from './ceilings.js';
import { limitedCeilings } from './limited-ceilings.js';

const usage = {
  connections: z.int().min(0).meta({ description: 'Number of live connections' }),
  fromClients: tenantTrafficSchema.meta({ description: 'From clients to upstreams' }),
  fromUpstreams: tenantTrafficSchema.meta({ description: 'From upstreams to clients' }),
};

/** The usage of a tenant, together with its limits. */
export const tenantUsageSchema = z
  .strictObject({
    tenantId: idSchema('tenant').meta({ description: 'Id of the tenant' }),
    limits: tenantLimitsSchema
      .pick({ maxConnections: true, messagesPerSecond: true, bytesPerSecond: true })
      .meta({
        description:
          'Limits of the tenant. Each gateway counts separately: a limit applies to each of `gateways`, not to `total`. ' +
          '`messagesPerSecond` and `bytesPerSecond` apply to each direction separately. null means no limit',
      }),
    total: z.strictObject(usage).meta({
      description:
        'Sum over all gateways: messages and bytes since each gateway started, rates over the last whole second',
    }),
    gateways: z
      .array(
        z.strictObject({
          gatewayId: idSchema('gateway').meta({ description: 'Id of the gateway' }),
          ...usage,
        }),
      )
      .meta({ description: 'Usage in each gateway, for comparison with `limits`' }),
    ceilings: z
      .array(ceilingSchema)
      .meta({ description: 'Every limit and quota of the tenant, with what counts against it' }),
    ...limitedCeilings,
    exhaustedUntil: timestampSchema.nullable().meta({
      description: 'Time until which the quota of the tenant is used up; null means that it is not',
    }),
    ...silentGateways,
  })
  .meta({ id: 'TenantUsage' });

export type TenantUsage = z.output<typeof tenantUsageSchema>;
