import { WorkSlice } from '#libs/async';
import {
  overviewSeries,
  overviewSteps,
  type OverviewTotal,
  type OverviewWindow,
  type TenantOverview,
} from '#libs/contract';
import type { Answer, FleetRequest } from '#libs/fleet';
import { knownSteps, lastStepSeconds, type StepRows } from './step-rows.js';
import { refusedCodeOf, refusedRow, type TrafficHistory } from './traffic-history.js';

/** The figures of a window. They are read in slices, since a gateway may serve thousands of tenants. */
export async function describeOverview(
  history: TrafficHistory,
  request: FleetRequest<'overview'>,
): Promise<Answer<'overview'>> {
  const { window, tenantIds, limit } = request;
  const { tick, firstTick } = history;
  const parts =
    tenantIds === null ? [history.total] : tenantIds.flatMap((id) => history.tenants.get(id) ?? []);
  const summed = (row: string): number[] => sumOf(parts.map((rows) => rows.read(row, window, tick)));
  const refusals = codesOf(parts).map((code) => ({ code, values: summed(refusedRow(code)) }));
  const tenants = await activeTenants(history, request);
  return {
    steps: knownSteps(window, firstTick, tick),
    lastStepSeconds: lastStepSeconds(window, tick),
    series: overviewSeries(summed),
    // Those of an earlier time have only zeros.
    refusals: refusals.filter(({ values }) => values.some((value) => value > 0)),
    tenants: tenants.slice(0, limit),
    isComplete: history.isComplete && tenants.length <= limit,
  };
}

/** The tenants with more than 0 of `sort`, the largest first. */
async function activeTenants(
  { tenants, tick }: TrafficHistory,
  { window, tenantIds, sort }: FleetRequest<'overview'>,
): Promise<TenantOverview[]> {
  const slice = new WorkSlice();
  const totals: TenantOverview[] = [];
  for (const tenantId of tenantIds ?? [...tenants.keys()]) {
    const rows = tenants.get(tenantId);
    if (rows) totals.push({ tenantId, ...totalOf(rows, window, tick) });
    if (slice.isOver()) await slice.next();
  }
  return totals.filter((total) => total[sort] > 0).sort((one, other) => other[sort] - one[sort]);
}

function totalOf(rows: StepRows, window: OverviewWindow, tick: number): OverviewTotal {
  const sum = (row: string): number => rows.sum(row, window, tick);
  return {
    connections: rows.connections,
    handshakes: sum('handshakes'),
    refusals: codesOf([rows]).reduce((total, code) => total + sum(refusedRow(code)), 0),
    messages: sum('messagesFromClients') + sum('messagesFromUpstreams'),
    bytes: sum('bytesFromClients') + sum('bytesFromUpstreams'),
  };
}

function codesOf(parts: readonly StepRows[]): string[] {
  const codes = parts.flatMap(({ names }) => names).flatMap((row) => refusedCodeOf(row) ?? []);
  return [...new Set(codes)];
}

function sumOf(rows: readonly number[][]): number[] {
  const [first = new Array<number>(overviewSteps).fill(0), ...others] = rows;
  return first.map((value, step) => others.reduce((sum, row) => sum + (row[step] ?? 0), value));
}
