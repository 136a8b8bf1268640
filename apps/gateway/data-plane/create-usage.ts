import { join } from 'node:path';
import type { ConnectionRegistry } from '#libs/connections';
import { hasQuota, type UsageRow } from '#libs/contract';
import type { Configuration } from '#libs/routing';
import { ReportSpool, UsageMeter, UsageReporter } from '#libs/usage';
import type { GatewayParts } from './gateway-options.js';

/** The parts that measure the usage of connections, and keep it until the API has stored it. */
export interface GatewayUsage {
  meter: UsageMeter;
  spool: ReportSpool;
  reporter: UsageReporter;
}

interface CreateUsageInput {
  parts: Pick<GatewayParts, 'identity' | 'settings' | 'supervision' | 'membership' | 'logger'>;
  connections: ConnectionRegistry;
  configuration: Pick<Configuration, 'tenant' | 'route' | 'apiKey'>;
  /** Called with usage that is in a report now. */
  onReported: (rows: readonly UsageRow[]) => void;
}

// Reports of living workers are collected within seconds, so an old one belongs to a worker that has ended,
// or there is no API.
const adoptFromWorkersAfterMs = 120_000;

export function createUsage({
  parts,
  connections,
  configuration,
  onReported,
}: CreateUsageInput): GatewayUsage {
  const { identity, settings, supervision, membership, logger } = parts;
  const { id: gatewayId } = identity;
  const meter = new UsageMeter({ connections, now: () => performance.now() });
  const spool = new ReportSpool({
    folder: join(settings.dataDir, 'usage'),
    gatewayId,
    maxBytes: settings.maxUsageBytes,
    adoptAfterMs: supervision ? adoptFromWorkersAfterMs : 0,
    logger,
  });
  const reporter = new UsageReporter({
    meter,
    spool,
    onReported,
    leave: (reports) => membership.leaveUsage(gatewayId, reports),
    hasQuota: ({ tenantId, routeId, apiKeyId }) =>
      [
        configuration.tenant(tenantId),
        configuration.route(routeId),
        apiKeyId && configuration.apiKey(apiKeyId),
      ].some((subject) => subject && hasQuota(subject.quota)),
  });
  return { meter, spool, reporter };
}
