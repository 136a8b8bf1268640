import { setTimeout as delay } from 'node:timers/promises';
import type { Cast } from '../cast/cast.js';
import type { Fields, Ledger, ThingKind } from '../writes/ledger.js';
import { listAll, recordOf } from '../writes/rest.js';

const pollMs = 100;

export interface Agreement {
  /** Epoch and revision, or null when there was none in time. */
  position: string | null;
  afterMs: number;
  /** Where everybody stands. */
  standings: string[];
}

/** Waits until every gateway has applied what both APIs have committed and Redis has, and counts limits with the others. */
export async function untilAgreed({ apis, gateways }: Cast, timeoutMs: number): Promise<Agreement> {
  const startedAt = performance.now();
  for (;;) {
    const ofApis = await Promise.all(apis.map(({ adminUrl }) => readiness(adminUrl)));
    const ofGateways = await Promise.all(gateways.map(({ adminUrl }) => readiness(adminUrl)));
    const standings = [...ofApis.map(standingOfApi), ...ofGateways.map(standingOfGateway)];
    const afterMs = performance.now() - startedAt;
    const epochs = new Set(ofGateways.map((ready) => recordOf(positionOf(ready))['epoch']));
    const isAgreed = epochs.size === 1 && new Set(standings).size === 1 && /^\d+$/.test(standings[0] ?? '');
    if (isAgreed) return { position: `${String([...epochs][0])} ${standings[0] ?? ''}`, afterMs, standings };
    if (afterMs > timeoutMs) return { position: null, afterMs, standings };
    await delay(pollMs);
  }
}

/** Holds what each API says of the writers' tenants against the ledger. */
export async function judgeLedger(cast: Cast, ledger: Ledger, tenants: readonly string[]): Promise<string[]> {
  const violations: string[] = [];
  for (const { url, actor } of cast.apis) {
    for (const tenant of tenants) {
      for (const [kind, found] of await foundOf(url, tenant)) {
        violations.push(...ledger.compare(kind, tenant, found).map((text) => `${actor.name}: ${text}`));
        // From here on all have to say the same: the second API, and the gateways.
        ledger.settle(kind, tenant, found);
      }
    }
  }
  return violations;
}

async function foundOf(url: string, tenant: string): Promise<[ThingKind, Map<string, Fields[]>][]> {
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

function standingOfApi(ready: Record<string, unknown>): string {
  const { state, committedRevision, publishedRevision } = recordOf(ready['publisher']);
  if (state === 'inStep' && committedRevision === publishedRevision) return String(committedRevision);
  return JSON.stringify(ready);
}

function standingOfGateway(ready: Record<string, unknown>): string {
  const { state } = recordOf(ready['configuration']);
  const { revision } = recordOf(positionOf(ready));
  const { scope } = recordOf(ready['limits']);
  return state === 'following' && scope === 'fleet' ? String(revision) : JSON.stringify(ready);
}

function positionOf(ready: Record<string, unknown>): unknown {
  return recordOf(ready['configuration'])['appliedPosition'];
}
