import type { Kill, Seclusion } from '../chronicle.js';
import type { ConnectionNote } from '../notes.js';

export interface JudgedLimit {
  name: string;
  most: number;
  counts: (note: ConnectionNote) => boolean;
}

export interface LimitVerdict {
  violations: string[];
  /** Most live connections at once, while all gateways counted together, and at any time. */
  mostTogether: number;
  mostEver: number;
}

interface LiveConnection {
  gateway: number;
  upstream: string;
}

/**
 * Holds what one side saw against a limit (docs/decisions/0020-slots-under-leases.md): a gateway that counts with the others lets
 * nobody in above the limit, and one that counts by itself never has more than the whole limit. `notes` are in the order
 * of time; a connection counts between its `opened` and its `leaving`, which is never longer than its slot is held.
 */
export function judgeLimit(
  limit: JudgedLimit,
  notes: readonly ConnectionNote[],
  { kills, seclusions }: { kills: readonly Kill[]; seclusions: readonly Seclusion[] },
): LimitVerdict {
  const live = new Map<string, LiveConnection>();
  const verdict: LimitVerdict = { violations: [], mostTogether: 0, mostEver: 0 };
  const moments = [...notes.filter(limit.counts), ...kills].sort((one, other) => one.atMs - other.atMs);
  for (const moment of moments) {
    if ('which' in moment) {
      endAllOf(moment, live);
    } else if (moment.kind !== 'opened') {
      live.delete(moment.connection);
    } else {
      live.set(moment.connection, { gateway: moment.gateway, upstream: moment.upstream });
      judgeOpening(limit, moment, live, seclusions, verdict);
    }
  }
  return verdict;
}

// Those that the kernel closes for a dead process are noticed one by one, a little later.
function endAllOf({ kind, which }: Kill, live: Map<string, LiveConnection>): void {
  for (const [connection, through] of live) if (through[kind] === which) live.delete(connection);
}

function judgeOpening(
  { name, most }: JudgedLimit,
  { atMs, gateway, side }: ConnectionNote,
  live: ReadonlyMap<string, LiveConnection>,
  seclusions: readonly Seclusion[],
  verdict: LimitVerdict,
): void {
  const alone = new Set(
    seclusions.flatMap(({ fromMs, toMs, gateways }) => (fromMs <= atMs && atMs <= toMs ? gateways : [])),
  );
  const all = [...live.values()];
  const here = all.filter((connection) => connection.gateway === gateway).length;
  const together = all.filter((connection) => !alone.has(connection.gateway)).length;
  verdict.mostEver = Math.max(verdict.mostEver, all.length);
  const where = `${name}, limit ${most}, seen by the ${side}s`;
  if (here > most) verdict.violations.push(`${where}: gateway ${gateway} alone let in number ${here}`);
  if (alone.has(gateway)) return;
  if (alone.size === 0) verdict.mostTogether = Math.max(verdict.mostTogether, together);
  if (together <= most) return;
  verdict.violations.push(
    `${where}: gateway ${gateway} let in number ${together} at ${atMs.toFixed(0)}, while ` +
      (alone.size === 0
        ? 'all gateways count together'
        : `only ${[...alone].join(', ')} count by themselves`),
  );
}
