import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.js';
import type { Fields, Ledger, ResourceKind } from '../workload/ledger.js';
import { listAll, recordOf } from '../workload/rest.js';

const pollMs = 100;

export interface Agreement {
  /** The epoch and revision that all nodes agree on, or null if they did not agree in time. */
  position: string | null;
  afterMs: number;
  /** The state of each node: its revision, or its readiness report if it is not ready. */
  states: string[];
}

/**
 * Waits until both APIs, Redis and every gateway are at the same revision, and every gateway counts limits
 * fleet-wide.
 */
export async function untilAgreed({ apis, gateways }: Cluster, timeoutMs: number): Promise<Agreement> {
  const startedAt = performance.now();
  for (;;) {
    const ofApis = await Promise.all(apis.map(({ adminUrl }) => readiness(adminUrl)));
    const ofGateways = await Promise.all(gateways.map(({ adminUrl }) => readiness(adminUrl)));
    const states = [...ofApis.map(stateOfApi), ...ofGateways.map(stateOfGateway)];
    const afterMs = performance.now() - startedAt;
    const epochs = new Set(ofGateways.map((ready) => recordOf(positionOf(ready))['epoch']));
    const isAgreed = epochs.size === 1 && new Set(states).size === 1 && /^\d+$/.test(states[0] ?? '');
    if (isAgreed) return { position: `${String([...epochs][0])} ${states[0] ?? ''}`, afterMs, states };
    if (afterMs > timeoutMs) return { position: null, afterMs, states };
    await delay(pollMs);
  }
}

/** Compares the tenants of the writers at each API with the ledger. */
export async function checkLedger(
  cluster: Cluster,
  ledger: Ledger,
  tenants: readonly string[],
): Promise<string[]> {
  const violations: string[] = [];
  for (const { url, process } of cluster.apis) {
    for (const tenant of tenants) {
      for (const [kind, found] of await foundOf(url, tenant)) {
        violations.push(...ledger.compare(kind, tenant, found).map((text) => `${process.name}: ${text}`));
        // The second API and the gateways must agree with the answer of the first API.
        ledger.settle(kind, tenant, found);
      }
    }
  }
  return violations;
}

async function foundOf(url: string, tenant: string): Promise<[ResourceKind, Map<string, Fields[]>][]> {
  const routes = await listAll(url, `/tenants/${tenant}/routes`);
  const keys = await listAll(url, `/tenants/${tenant}/api-keys`);
  const tenants = await listAll(url, '/tenants');
  const own = tenants.filter(({ slug }) => slug === tenant);
  return [
    ['tenant', byName(own.map((found) => [tenant, found]))],
    [
      'route',
      byName(routes.map((route) => [nameOf(route), { ...route, mode: recordOf(route['auth'])['mode'] }])),
    ],
    ['apiKey', byName(keys.map((key) => [nameOf(key), { ...key, revoked: key['revokedAt'] !== null }]))],
  ];
}

function byName(found: [name: string, fields: Record<string, unknown>][]): Map<string, Fields[]> {
  const named = new Map<string, Fields[]>();
  for (const [name, fields] of found) named.set(name, [...(named.get(name) ?? []), fields]);
  return named;
}

function nameOf({ name }: Record<string, unknown>): string {
  return String(name);
}

async function readiness(adminUrl: string): Promise<Record<string, unknown>> {
  try {
    const response = await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(5000) });
    return recordOf(await response.json());
  } catch (error) {
    return { reason: String(error) };
  }
}

function stateOfApi(ready: Record<string, unknown>): string {
  const { state, committedRevision, publishedRevision } = recordOf(ready['publisher']);
  if (state === 'inStep' && committedRevision === publishedRevision) return String(committedRevision);
  return JSON.stringify(ready);
}

function stateOfGateway(ready: Record<string, unknown>): string {
  const { state } = recordOf(ready['configuration']);
  const { revision } = recordOf(positionOf(ready));
  const { scope } = recordOf(ready['limits']);
  return state === 'following' && scope === 'fleet' ? String(revision) : JSON.stringify(ready);
}

function positionOf(ready: Record<string, unknown>): unknown {
  return recordOf(ready['configuration'])['appliedPosition'];
}
