import type { Kill, LocalCounting } from '../history.js';
import type { ConnectionEvent } from '../events.js';

export interface CheckedLimit {
  name: string;
  max: number;
  counts: (event: ConnectionEvent) => boolean;
}

export interface LimitResult {
  violations: string[];
  /** The maximum of live connections: while all gateways counted fleet-wide, and over the whole run. */
  maxFleetWide: number;
  maxEver: number;
}

interface LiveConnection {
  gateway: number;
  upstream: string;
}

/**
 * Checks the events of one side against a limit (docs/decisions/0020-slots-under-leases.md): a gateway that
 * counts fleet-wide admits no connection above the limit, and one that counts locally never has more than the
 * whole limit. `events` are sorted by time. A connection counts from its `opened` to its `leaving`; its slot
 * is held at least that long.
 */
export function checkLimit(
  limit: CheckedLimit,
  events: readonly ConnectionEvent[],
  { kills, localCounting }: { kills: readonly Kill[]; localCounting: readonly LocalCounting[] },
): LimitResult {
  const live = new Map<string, LiveConnection>();
  const result: LimitResult = { violations: [], maxFleetWide: 0, maxEver: 0 };
  const moments = [...events.filter(limit.counts), ...kills].sort((one, other) => one.atMs - other.atMs);
  for (const moment of moments) {
    if ('which' in moment) {
      endAllOf(moment, live);
    } else if (moment.kind !== 'opened') {
      live.delete(moment.connection);
    } else {
      live.set(moment.connection, { gateway: moment.gateway, upstream: moment.upstream });
      checkOpening(limit, moment, live, localCounting, result);
    }
  }
  return result;
}

// The kernel closes the sockets of a killed process one by one, shortly after the kill.
function endAllOf({ kind, which }: Kill, live: Map<string, LiveConnection>): void {
  for (const [connection, through] of live) if (through[kind] === which) live.delete(connection);
}

function checkOpening(
  { name, max }: CheckedLimit,
  { atMs, gateway, side }: ConnectionEvent,
  live: ReadonlyMap<string, LiveConnection>,
  localCounting: readonly LocalCounting[],
  result: LimitResult,
): void {
  const local = new Set(
    localCounting.flatMap(({ fromMs, toMs, gateways }) => (fromMs <= atMs && atMs <= toMs ? gateways : [])),
  );
  const all = [...live.values()];
  const here = all.filter((connection) => connection.gateway === gateway).length;
  const together = all.filter((connection) => !local.has(connection.gateway)).length;
  result.maxEver = Math.max(result.maxEver, all.length);
  const where = `${name}, limit ${max}, seen by the ${side}s`;
  if (here > max) result.violations.push(`${where}: gateway ${gateway} by itself admitted number ${here}`);
  if (local.has(gateway)) return;
  if (local.size === 0) result.maxFleetWide = Math.max(result.maxFleetWide, together);
  if (together <= max) return;
  result.violations.push(
    `${where}: gateway ${gateway} admitted number ${together} at ${atMs.toFixed(0)}, while ` +
      (local.size === 0 ? 'all gateways count fleet-wide' : `only ${[...local].join(', ')} count locally`),
  );
}
