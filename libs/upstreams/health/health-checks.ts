import { createHash } from 'node:crypto';
import { ConcurrencyLimit, LightAbort, type Release } from '#libs/async';
import { TenantConcurrencyLimit } from '#libs/limits';
import type { AddressPolicy } from '../addresses/address-policy.js';
import type { LookupAddresses } from '../dialing/dial-options.js';
import { probe, type ProbeTarget } from './probe.js';
import { ProbeVerdict, type ProbedState } from './probe-verdict.js';

export interface HealthChecksInput {
  policy: AddressPolicy;
  /** Resolves the names of a tenant's upstreams. */
  lookupFor: (tenantId: string) => LookupAddresses;
  /** Whether the upstreams of the tenant are probed. */
  isActive: (tenantId: string) => boolean;
  onProbe: (type: ProbeTarget['check']['type'], isGood: boolean) => void;
  random?: () => number;
}

/** The result of the last probe. */
export interface LastProbe {
  at: Date;
  isGood: boolean;
  detail: string;
  durationMs: number;
}

/** The health of one upstream according to probes. */
export interface ProbedHealth {
  state: ProbedState;
  /** The time at which the state began. */
  since: Date;
  /** Null if there was none yet. */
  lastProbe: LastProbe | null;
}

/** A watched upstream. The watcher must release it. */
export interface WatchedUpstream {
  readonly health: ProbedHealth;
  release: Release;
}

export interface WatchOptions extends ProbeTarget {
  tenantId: string;
  /** Called when the state changes, but not for the initial state. */
  onChange: (health: ProbedHealth) => void;
}

interface Check {
  key: string;
  target: ProbeTarget;
  verdict: ProbeVerdict;
  health: ProbedHealth;
  watchers: Set<WatchOptions>;
  timer: NodeJS.Timeout | null;
  stop: LightAbort;
}

// Each probe holds its place for at least `minPlaceMs`, so a gateway starts at most 320 probes per second,
// however many upstreams it watches. With more upstreams, intervals get longer. A probe takes about 0.5 ms of
// processor time.
const maxConcurrentProbes = 64;
const minPlaceMs = 200;
// Silent upstreams of one tenant must leave places for other tenants.
const maxConcurrentProbesPerTenant = 16;
const jitter = 0.2;
const maxFirstDelayMs = 1000;

/**
 * Probes upstreams at their intervals. Watchers of the same URL, TLS options and check share the probes. The
 * number of concurrent probes is bounded in total and for each tenant.
 */
export class HealthChecks {
  readonly #checks = new Map<string, Check>();
  readonly #places = new ConcurrencyLimit(maxConcurrentProbes);
  readonly #placesOfTenants = new TenantConcurrencyLimit(maxConcurrentProbesPerTenant);
  readonly #random: () => number;

  constructor(private readonly input: HealthChecksInput) {
    this.#random = input.random ?? Math.random;
  }

  /** Number of different upstreams and checks. */
  get size(): number {
    return this.#checks.size;
  }

  watch(options: WatchOptions): WatchedUpstream {
    const key = keyOf(options);
    const check = this.#checks.get(key) ?? this.#begin(key, options);
    const watcher = { ...options };
    check.watchers.add(watcher);
    return {
      get health() {
        return check.health;
      },
      release: () => {
        check.watchers.delete(watcher);
        if (check.watchers.size === 0) this.#end(check);
      },
    };
  }

  stop(): void {
    for (const check of [...this.#checks.values()]) this.#end(check);
  }

  #begin(key: string, { endpoint, tls, check }: WatchOptions): Check {
    const begun: Check = {
      key,
      target: { endpoint, tls, check },
      verdict: new ProbeVerdict(check),
      health: { state: 'unknown', since: new Date(), lastProbe: null },
      watchers: new Set(),
      timer: null,
      stop: new LightAbort(),
    };
    this.#checks.set(key, begun);
    // The first probe is delayed at random, since a starting gateway begins all checks at once.
    this.#schedule(begun, this.#random() * maxFirstDelayMs);
    return begun;
  }

  #end(check: Check): void {
    if (check.timer) clearTimeout(check.timer);
    check.timer = null;
    check.stop.abort();
    if (this.#checks.get(check.key) === check) this.#checks.delete(check.key);
  }

  #schedule(check: Check, delayMs: number): void {
    if (check.stop.aborted) return;
    check.timer = setTimeout(() => void this.#run(check), delayMs);
    check.timer.unref();
  }

  async #run(check: Check): Promise<void> {
    const { isActive } = this.input;
    const intervalMs = this.#intervalOf(check);
    const tenantId = [...check.watchers].map((watcher) => watcher.tenantId).find(isActive);
    if (tenantId === undefined) {
      this.#schedule(check, intervalMs);
      return;
    }
    const dueAtMs = performance.now() + intervalMs;
    await this.#placesOfTenants.run(tenantId, () => {
      return this.#places.run(async () => {
        const until = placeTaken();
        await this.#probe(check, tenantId);
        // Before the place is released: a probe that waits for it must not delay this check.
        this.#schedule(check, Math.max(0, dueAtMs - performance.now()));
        await until;
      });
    });
  }

  async #probe(check: Check, tenantId: string): Promise<void> {
    if (isStopped(check)) return;
    const { target, stop, verdict } = check;
    const { policy, lookupFor, onProbe } = this.input;
    const startedAtMs = performance.now();
    const { isGood, detail } = await probe(target, { policy, lookup: lookupFor(tenantId), signal: stop });
    if (isStopped(check)) return;
    const at = new Date();
    const durationMs = Math.round(performance.now() - startedAtMs);
    const hasChanged = verdict.add(isGood);
    const since = hasChanged ? at : check.health.since;
    check.health = { state: verdict.state, since, lastProbe: { at, isGood, detail, durationMs } };
    onProbe(target.check.type, isGood);
    if (hasChanged) for (const watcher of [...check.watchers]) watcher.onChange(check.health);
  }

  #intervalOf({ target }: Check): number {
    return target.check.intervalMs * (1 - jitter + 2 * jitter * this.#random());
  }
}

function isStopped({ stop }: Check): boolean {
  return stop.aborted;
}

function placeTaken(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, minPlaceMs).unref());
}

// A digest, since the TLS options may contain 200 kB of certificates.
function keyOf({ endpoint, tls, check }: ProbeTarget): string {
  const { url, authority, isTls, serverName } = endpoint;
  const parts = [url, authority, isTls ? [serverName, tls] : null, check];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
