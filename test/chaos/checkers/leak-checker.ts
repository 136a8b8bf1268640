import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { withPostgres } from '../../support/postgres/postgres-client.js';
import type { ChildProgram } from '../../support/child-program.js';
import type { Cluster, ClusterNode } from '../cluster/cluster.js';
import { wrongSlots } from '../cluster/redis-commands.js';
import type { History } from '../history.js';
import type { WorkloadCount } from '../workload/client-plan.js';
import { recordOf, restOrThrow } from '../workload/rest.js';

/** The operating system resources of a process. */
export interface ResourceUse {
  files: number;
  residentMiB: number;
}

const pollMs = 200;
const maxWaitMs = 20_000;
// The most connections that an API keeps to Postgres (docs/operations.md), plus some to Redis and from
// keep-alive clients.
const sessionsOfApi = 11;
const moreFiles = { api: sessionsOfApi + 10, gateway: 10 };
// A heap grows once, to the size at which the collector settles; a leak keeps growing.
const residentFactor = 1.5;
const residentMoreMiB = 64;

/** Null if there is no /proc. */
export async function resourceUseOf({ pid }: ChildProgram): Promise<ResourceUse | null> {
  if (pid === 0) return null;
  try {
    const files = await readdir(`/proc/${pid}/fd`);
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return { files: files.length, residentMiB: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024 };
  } catch {
    return null;
  }
}

/**
 * Checks that gateways, upstreams, the API and the clients count the same connections while the clients are
 * silent.
 */
export async function checkCounters(
  cluster: Cluster,
  history: History,
  { open }: WorkloadCount,
): Promise<string[]> {
  const expected = cluster.gateways.map(
    (_, index) => open.filter(({ gateway }) => gateway === index + 1).length,
  );
  const tenants = [...new Set(open.map(({ tenant }) => tenant))];
  return untilNone(async () => {
    const live = liveAtUpstreams(history);
    const counts = await Promise.all(cluster.gateways.map(connectionsOf));
    const usages = await Promise.all(tenants.map((tenant) => usageOf(cluster, tenant)));
    return [
      ...expected.flatMap((count, index) => {
        const which = `gateway-${index + 1}`;
        const atUpstreams = live.filter(({ gateway }) => gateway === index + 1).length;
        return [
          ...differences(`${which} reports`, counts[index], count),
          ...differences(`of ${which} the upstreams have`, atUpstreams, count),
        ];
      }),
      ...tenants.flatMap((tenant, index) => {
        const ofTenant = open.filter((connection) => connection.tenant === tenant).length;
        return differences(`the usage of ${tenant} has`, usages[index], ofTenant);
      }),
    ];
  });
}

/**
 * Checks that after all clients have disconnected no connection and no slot is left, and that open files,
 * sessions and memory are within bounds.
 */
export async function checkLeaks(
  cluster: Cluster,
  before: ReadonlyMap<ChildProgram, ResourceUse>,
): Promise<string[]> {
  return untilNone(async () => {
    const counts = await Promise.all(cluster.gateways.map(connectionsOf));
    const slots = await wrongSlots(cluster.redis.url);
    const sessions = await withPostgres(cluster.postgres.url, async (client) => {
      const { rows } = await client.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
      );
      return rows.length;
    });
    const maxSessions = sessionsOfApi * cluster.apis.length;
    return [
      ...counts.flatMap((count, index) => differences(`without clients gateway-${index + 1} has`, count, 0)),
      ...slots,
      ...(sessions > maxSessions
        ? [`Postgres has ${sessions} sessions, expected at most ${maxSessions}`]
        : []),
      ...(await checkResourceUse(cluster.apis, 'api', before)),
      ...(await checkResourceUse(cluster.gateways, 'gateway', before)),
    ];
  });
}

async function checkResourceUse(
  nodes: readonly ClusterNode[],
  app: 'api' | 'gateway',
  before: ReadonlyMap<ChildProgram, ResourceUse>,
): Promise<string[]> {
  const violations: string[] = [];
  for (const { process } of nodes) {
    const [use, current] = [before.get(process), await resourceUseOf(process)];
    if (!use || !current) continue;
    if (current.files > use.files + moreFiles[app]) {
      violations.push(
        `${process.name} has ${current.files} files open, ${use.files} before the clients connected`,
      );
    }
    if (current.residentMiB > use.residentMiB * residentFactor + residentMoreMiB) {
      const [now, then] = [current.residentMiB.toFixed(0), use.residentMiB.toFixed(0)];
      violations.push(
        `${process.name} uses ${now} MiB, and used ${then} MiB with all clients at the beginning`,
      );
    }
  }
  return violations;
}

/** Repeats the check until there are no violations or the time is over; resolves with the last violations. */
async function untilNone(check: () => Promise<string[]>): Promise<string[]> {
  const deadline = performance.now() + maxWaitMs;
  for (;;) {
    const violations = await check().catch((error: unknown) => [String(error)]);
    if (violations.length === 0 || performance.now() > deadline) return violations;
    await delay(pollMs);
  }
}

/** The open connections, as the running upstreams observed them. */
export function liveAtUpstreams({ upstreamEvents, kills }: History): { gateway: number; tenant: string }[] {
  const live = new Map<string, History['upstreamEvents'][number]>();
  for (const event of upstreamEvents) {
    if (event.kind === 'opened') live.set(event.connection, event);
    if (event.kind === 'ended') live.delete(event.connection);
  }
  const killedAtMs = (upstream: string): number =>
    Math.max(0, ...kills.flatMap(({ which, atMs }) => (which === upstream ? [atMs] : [])));
  return [...live.values()].filter(
    ({ upstream, atMs, connection }) => connection !== '' && atMs > killedAtMs(upstream),
  );
}

function differences(what: string, count: number | undefined, expected: number): string[] {
  return count === expected ? [] : [`${what} ${String(count)} connections, expected ${expected}`];
}

async function connectionsOf({ adminUrl }: ClusterNode): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  return Number(/^sluice_connections (\d+)/m.exec(text)?.[1]);
}

async function usageOf({ apis }: Cluster, tenant: string): Promise<number> {
  const usage = await restOrThrow(apis[0]?.url ?? '', 'GET', `/tenants/${tenant}/usage`);
  return Number(recordOf(usage['total'])['connections']);
}
