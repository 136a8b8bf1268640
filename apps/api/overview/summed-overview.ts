import { overviewSeries, overviewSteps, type OverviewTotal, type TenantOverview } from '#libs/contract';
import type { Answer } from '#libs/fleet';
import type { Overview } from './overview-answer.js';

type GatewayOverview = Answer<'overview'>;
type Values = (number | null)[];
type SummedOverview = Pick<
  Overview,
  'lastStepSeconds' | 'series' | 'refusals' | 'total' | 'tenants' | 'isComplete'
>;

/** The figures of all gateways together. Steps of which none knows are null. */
export function summedOverview(gateways: readonly GatewayOverview[]): SummedOverview {
  const known = Math.max(0, ...gateways.map(({ steps }) => steps));
  const summed = (rows: readonly (readonly number[])[]): Values =>
    Array.from({ length: overviewSteps }, (_, step) =>
      step < overviewSteps - known ? null : rows.reduce((sum, row) => sum + (row[step] ?? 0), 0),
    );
  const series = overviewSeries((row) => summed(gateways.map((gateway) => gateway.series[row])));
  const refusals = [...valuesByCode(gateways)].map(([code, rows]) => {
    const values = summed(rows);
    return { code, count: sumOf(values), values };
  });
  return {
    lastStepSeconds: Math.max(0, ...gateways.map((gateway) => gateway.lastStepSeconds)),
    series,
    refusals: refusals.sort((one, other) => other.count - one.count || (one.code < other.code ? -1 : 1)),
    total: {
      connections: series.connections.at(-1) ?? 0,
      handshakes: sumOf(series.handshakes),
      refusals: refusals.reduce((sum, { count }) => sum + count, 0),
      messages: sumOf(series.messagesFromClients) + sumOf(series.messagesFromUpstreams),
      bytes: sumOf(series.bytesFromClients) + sumOf(series.bytesFromUpstreams),
    },
    tenants: summedTenants(gateways.flatMap(({ tenants }) => tenants)),
    isComplete: gateways.every(({ isComplete }) => isComplete),
  };
}

function valuesByCode(gateways: readonly GatewayOverview[]): Map<string, number[][]> {
  const rows = new Map<string, number[][]>();
  for (const { code, values } of gateways.flatMap(({ refusals }) => refusals)) {
    rows.set(code, [...(rows.get(code) ?? []), values]);
  }
  return rows;
}

function summedTenants(tenants: readonly TenantOverview[]): TenantOverview[] {
  const sums = new Map<string, TenantOverview>();
  for (const tenant of tenants) {
    const sum = sums.get(tenant.tenantId);
    sums.set(tenant.tenantId, sum ? { tenantId: tenant.tenantId, ...sumOfTotals(sum, tenant) } : tenant);
  }
  return [...sums.values()];
}

function sumOfTotals(one: OverviewTotal, other: OverviewTotal): OverviewTotal {
  return {
    connections: one.connections + other.connections,
    handshakes: one.handshakes + other.handshakes,
    refusals: one.refusals + other.refusals,
    messages: one.messages + other.messages,
    bytes: one.bytes + other.bytes,
  };
}

function sumOf(values: Values): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}
