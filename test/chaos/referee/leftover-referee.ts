import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { withPostgres } from '../../support/postgres/postgres-client.js';
import type { Actor } from '../cast/actor.js';
import type { Cast, Member } from '../cast/cast.js';
import { slotsOutOfPlace } from '../cast/redis-by-hand.js';
import type { Chronicle } from '../chronicle.js';
import type { LoadCount } from '../load/client-plan.js';
import { recordOf, restOrThrow } from '../writes/rest.js';

/** What a process has of the operating system. */
export interface Belongings {
  files: number;
  residentMiB: number;
}

const pollMs = 200;
const patienceMs = 20_000;
// What an API keeps open to Postgres at most (docs/operations.md), and some to Redis and from clients that stay.
const sessionsOfApi = 11;
const moreFiles = { api: sessionsOfApi + 10, gateway: 10 };
// A heap that was in use grows to what the collector finds worth its while, once; what leaks grows on.
const residentFactor = 1.5;
const residentMoreMiB = 64;

/** Null where there is no /proc to read it from. */
export async function belongingsOf({ pid }: Actor): Promise<Belongings | null> {
  if (pid === null) return null;
  try {
    const files = await readdir(`/proc/${pid}/fd`);
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return { files: files.length, residentMiB: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024 };
  } catch {
    return null;
  }
}

/** While clients are connected and say nothing: gateways, upstreams, the API and the clients count the same. */
export async function judgeCounters(
  cast: Cast,
  chronicle: Chronicle,
  { open }: LoadCount,
): Promise<string[]> {
  const expected = cast.gateways.map(
    (_, index) => open.filter(({ gateway }) => gateway === index + 1).length,
  );
  const tenants = [...new Set(open.map(({ tenant }) => tenant))];
  return untilNone(async () => {
    const live = liveAtUpstreams(chronicle);
    const counts = await Promise.all(cast.gateways.map(connectionsOf));
    const usages = await Promise.all(tenants.map((tenant) => usageOf(cast, tenant)));
    return [
      ...expected.flatMap((count, index) => {
        const which = `gateway-${index + 1}`;
        const atUpstreams = live.filter(({ gateway }) => gateway === index + 1).length;
        return [
          ...differences(`${which} says that it has`, counts[index], count),
          ...differences(`from ${which} the upstreams have`, atUpstreams, count),
        ];
      }),
      ...tenants.flatMap((tenant, index) => {
        const ofTenant = open.filter((connection) => connection.tenant === tenant).length;
        return differences(`by its usage ${tenant} has`, usages[index], ofTenant);
      }),
    ];
  });
}

/** When all clients have left: no connection, no slot, no more open files and sessions than before, no more memory than is its due. */
export async function judgeLeftovers(cast: Cast, before: ReadonlyMap<Actor, Belongings>): Promise<string[]> {
  return untilNone(async () => {
    const counts = await Promise.all(cast.gateways.map(connectionsOf));
    const slots = await slotsOutOfPlace(cast.redis.url);
    const sessions = await withPostgres(cast.postgres.url, async (client) => {
      const { rows } = await client.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
      );
      return rows.length;
    });
    const most = sessionsOfApi * cast.apis.length;
    return [
      ...counts.flatMap((count, index) => differences(`without clients gateway-${index + 1} has`, count, 0)),
      ...slots,
      ...(sessions > most ? [`Postgres has ${sessions} sessions, expected ${most} at most`] : []),
      ...(await judgeBelongings(cast.apis, 'api', before)),
      ...(await judgeBelongings(cast.gateways, 'gateway', before)),
    ];
  });
}

async function judgeBelongings(
  members: readonly Member[],
  app: 'api' | 'gateway',
  before: ReadonlyMap<Actor, Belongings>,
): Promise<string[]> {
  const violations: string[] = [];
  for (const { actor } of members) {
    const [had, has] = [before.get(actor), await belongingsOf(actor)];
    if (!had || !has) continue;
    if (has.files > had.files + moreFiles[app]) {
      violations.push(`${actor.name} has ${has.files} files open, ${had.files} before the clients came`);
    }
    if (has.residentMiB > had.residentMiB * residentFactor + residentMoreMiB) {
      const [now, then] = [has.residentMiB.toFixed(0), had.residentMiB.toFixed(0)];
      violations.push(`${actor.name} takes ${now} MiB, ${then} MiB with all clients at the beginning`);
    }
  }
  return violations;
}

/** Looks until nothing is wrong, or patience is over; with what is wrong then. */
async function untilNone(look: () => Promise<string[]>): Promise<string[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const violations = await look().catch((error: unknown) => [String(error)]);
    if (violations.length === 0 || performance.now() > deadline) return violations;
    await delay(pollMs);
  }
}

/** What the upstreams saw open and not end, as far as they still live. */
export function liveAtUpstreams({ upstreamNotes, kills }: Chronicle): { gateway: number; tenant: string }[] {
  const live = new Map<string, Chronicle['upstreamNotes'][number]>();
  for (const note of upstreamNotes) {
    if (note.kind === 'opened') live.set(note.connection, note);
    if (note.kind === 'ended') live.delete(note.connection);
  }
  const diedAtMs = (upstream: string): number =>
    Math.max(0, ...kills.flatMap(({ which, atMs }) => (which === upstream ? [atMs] : [])));
  return [...live.values()].filter(
    ({ upstream, atMs, connection }) => connection !== '' && atMs > diedAtMs(upstream),
  );
}

function differences(what: string, count: number | undefined, expected: number): string[] {
  return count === expected ? [] : [`${what} ${String(count)} connections, expected ${expected}`];
}

async function connectionsOf({ adminUrl }: Member): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  return Number(/^sluice_connections (\d+)/m.exec(text)?.[1]);
}

async function usageOf({ apis }: Cast, tenant: string): Promise<number> {
  const usage = await restOrThrow(apis[0]?.url ?? '', 'GET', `/tenants/${tenant}/usage`);
  return Number(recordOf(usage['total'])['connections']);
}
