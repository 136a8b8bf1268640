import type { SliceQueue } from '#libs/async';
import { spreadClose, type ConnectionRegistry, type LiveConnection, type Spread } from '#libs/connections';
import type {
  ConfigEntry,
  Maintenance,
  PublishedApiKey,
  PublishedExhaustion,
  PublishedRoute,
  PublishedTenant,
} from '#libs/contract';
import { checkProvedKey } from '#libs/credentials';
import type { Exhaustion } from '#libs/routing';
import type { ConnectionRates } from './connection-rates.js';
import { checkAccess } from './checks/check-access.js';
import { isClosedByQuota } from './checks/check-quota.js';
import { whyUpstreamEnded } from './why-upstream-ended.js';

/** The part of the configuration that the reviewer reads: current values by id. */
export interface CurrentConfiguration {
  tenant(id: string): PublishedTenant | null;
  route(id: string): PublishedRoute | null;
  apiKey(id: string): PublishedApiKey | null;
  exhaustion(subjectId: string): Exhaustion | null;
}

export interface ConnectionReviewerInput {
  registry: ConnectionRegistry;
  configuration: CurrentConfiguration;
  rates: Pick<ConnectionRates, 'renew'>;
  /** Runs long reviews in slices, so that they do not block other connections. */
  slices: SliceQueue;
  /** Milliseconds over which the connections of a drain are closed. */
  drainPeriodMs: number;
  /** Milliseconds since 1970. */
  now: () => number;
}

type Verdict = { action: 'keep' } | { action: 'close'; reason: string } | { action: 'drain'; reason: string };

/** Connections to drain, by close reason. */
type ToDrain = Map<string, LiveConnection[]>;

const policyViolation = 1008;
const serviceRestart = 1012;
const expiryCheckMs = 500;

/**
 * Closes live connections whose tenant, route, key or token is no longer valid, or which a change no longer
 * admits, and updates the limits of the others. It runs after each change, and when keys and tokens expire. A
 * change reviews only the connections of the resources in it, in slices if there are thousands.
 */
export class ConnectionReviewer {
  readonly #draining = new WeakMap<LiveConnection, Spread>();
  readonly #spreads = new Set<Spread>();
  #checkedAtMs = -Infinity;
  #expiryTimer: NodeJS.Timeout | null = null;

  constructor(private readonly input: ConnectionReviewerInput) {}

  /**
   * Starts to watch for keys and tokens that expire. The returned function stops that, and all drains.
   */
  start(): () => void {
    this.#expiryTimer ??= setInterval(() => this.#reviewExpired(), expiryCheckMs);
    return () => {
      if (this.#expiryTimer) clearInterval(this.#expiryTimer);
      this.#expiryTimer = null;
      for (const spread of this.#spreads) spread.stop();
      this.#spreads.clear();
    };
  }

  /**
   * Must be called after a connection has joined with the current limits, since its tenant, route, key or
   * token may have ended during the handshake.
   */
  reviewConnection(connection: LiveConnection): void {
    const toDrain: ToDrain = new Map();
    this.#act(connection, toDrain);
    this.#drain(toDrain);
  }

  /** Must be called after the whole configuration was replaced. */
  reviewAll(): void {
    this.#review(this.input.registry.all());
  }

  /** Must be called after a change was applied. */
  reviewEntries(entries: readonly ConfigEntry[]): void {
    for (const entry of entries) this.#review(this.#connectionsOf(entry));
  }

  #connectionsOf(entry: ConfigEntry): Iterable<LiveConnection> {
    const { registry } = this.input;
    switch (entry.kind) {
      case 'tenant':
        return registry.ofTenant(entry.id);
      case 'route':
        return registry.ofRoute(entry.id);
      case 'apiKey':
        return registry.ofApiKey(entry.id);
      case 'stickyKey':
        return [];
      case 'exhaustion':
        return entry.value === null ? [] : this.#connectionsOfSubject(entry.value);
    }
  }

  #connectionsOfSubject({ tenantId, subjectId }: PublishedExhaustion): Iterable<LiveConnection> {
    const { registry } = this.input;
    if (subjectId === tenantId) return registry.ofTenant(tenantId);
    const ofRoute = registry.ofRoute(subjectId);
    return ofRoute.size > 0 ? ofRoute : registry.ofApiKey(subjectId);
  }

  #review(connections: Iterable<LiveConnection>): void {
    const toDrain: ToDrain = new Map();
    const review = (connection: LiveConnection): void => {
      this.#updateLimits(connection);
      this.#act(connection, toDrain);
    };
    this.input.slices.add(connections, review, () => {
      this.#drain(toDrain);
    });
  }

  #act(connection: LiveConnection, toDrain: ToDrain): void {
    const verdict = this.#judge(connection);
    if (verdict.action === 'close') connection.tunnel.close(policyViolation, verdict.reason);
    if (verdict.action === 'keep') this.#stopDraining(connection);
    if (verdict.action !== 'drain' || this.#draining.has(connection)) return;
    const alike = toDrain.get(verdict.reason) ?? [];
    toDrain.set(verdict.reason, alike);
    alike.push(connection);
  }

  #updateLimits(connection: LiveConnection): void {
    const { configuration, rates } = this.input;
    const current = configuration.tenant(connection.tenant.id);
    if (current) connection.tunnel.setMessageLimits(current.limits);
    rates.renew(connection);
  }

  #judge(connection: LiveConnection): Verdict {
    const { configuration } = this.input;
    const tenant = configuration.tenant(connection.tenant.id);
    if (tenant?.status !== 'active') return { action: 'close', reason: 'tenant suspended' };
    const route = configuration.route(connection.route.id);
    if (!route?.enabled) return { action: 'close', reason: 'closed by operator' };
    const keyEnd = this.#whyKeyEnded(connection);
    if (keyEnd) return { action: 'close', reason: keyEnd };
    if (connection.token && connection.token.expiresAtMs <= this.input.now()) {
      return { action: 'close', reason: 'token expired' };
    }
    if (route.onAccessChange === 'close' && !checkAccess(route, connection).ok) {
      return { action: 'close', reason: 'access changed' };
    }
    if (isClosedByQuota(configuration, connection, this.input.now())) {
      return { action: 'close', reason: 'quota exceeded' };
    }
    if (drainsForMaintenance(route) || drainsForMaintenance(tenant)) {
      return { action: 'drain', reason: 'under maintenance' };
    }
    const reason = route.onChange === 'drain' ? whyUpstreamEnded(connection, route) : null;
    return reason === null ? { action: 'keep' } : { action: 'drain', reason };
  }

  #whyKeyEnded({ apiKey: admitted, keyPrefix, route }: LiveConnection): string | null {
    if (admitted === null) return null;
    const { configuration, now } = this.input;
    // A connection is valid as long as the secret that opened it.
    const check = checkProvedKey(configuration.apiKey(admitted.id), keyPrefix, route, now());
    return check.ok ? null : keyEndReason(check.code);
  }

  #isPast(moment: string | null): boolean {
    return moment !== null && Date.parse(moment) <= this.input.now();
  }

  // Anything that ended before the last check was handled by that check, when it was published, or when the
  // connection joined.
  #hasJustEnded({ expiresAt, previous }: PublishedApiKey, checkedAtMs: number): boolean {
    if (this.#isPast(expiresAt)) return true;
    return (
      previous !== null && this.#isPast(previous.expiresAt) && Date.parse(previous.expiresAt) > checkedAtMs
    );
  }

  #reviewExpired(): void {
    const { registry, configuration, now } = this.input;
    const checkedAtMs = this.#checkedAtMs;
    this.#checkedAtMs = now();
    for (const apiKeyId of registry.apiKeyIds()) {
      const apiKey = configuration.apiKey(apiKeyId);
      if (apiKey && this.#hasJustEnded(apiKey, checkedAtMs)) this.#review(registry.ofApiKey(apiKeyId));
    }
    const expired = [...registry.withExpiredToken(now())];
    if (expired.length > 0) this.#review(expired);
  }

  #drain(toDrain: ToDrain): void {
    const { drainPeriodMs: periodMs } = this.input;
    for (const [reason, connections] of toDrain) {
      const spread = spreadClose(connections, { code: serviceRestart, reason, periodMs });
      for (const connection of connections) this.#draining.set(connection, spread);
      this.#spreads.add(spread);
      void spread.done.then(() => this.#spreads.delete(spread));
    }
  }

  // The route was rolled back, now keeps its connections, or its maintenance has ended. A later change may
  // drain it again.
  #stopDraining(connection: LiveConnection): void {
    if (this.#draining.get(connection)?.keep(connection)) this.#draining.delete(connection);
  }
}

function drainsForMaintenance({ maintenance }: { maintenance: Maintenance | null }): boolean {
  return maintenance?.connections === 'drain';
}

function keyEndReason(code: 'key_invalid' | 'key_expired' | 'key_forbidden'): string {
  switch (code) {
    case 'key_invalid':
      return 'key revoked';
    case 'key_expired':
      return 'key expired';
    case 'key_forbidden':
      return 'access changed';
    default:
      return code satisfies never;
  }
}
