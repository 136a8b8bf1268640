import type { SliceQueue } from '#libs/async';
import { spreadClose, type ConnectionRegistry, type LiveConnection, type Spread } from '#libs/connections';
import type { ConfigEntry, PublishedExhaustion } from '#libs/contract';
import type { ConnectionRates } from './connection-rates.js';
import { hasKeyJustEnded } from './key-end.js';
import { verdictOf, type CurrentConfiguration, type Verdict } from './review-verdict.js';

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
    const verdict = this.#verdictOf(connection);
    // No earlier review has drained it.
    if (verdict.action === 'keep') return;
    const toDrain: ToDrain = new Map();
    this.#act(connection, verdict, toDrain);
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
      const verdict = this.#verdictOf(connection);
      this.#act(connection, verdict, toDrain);
      if (verdict.action !== 'close') this.#updateLimits(connection);
    };
    this.input.slices.add(connections, review, () => {
      this.#drain(toDrain);
    });
  }

  #verdictOf(connection: LiveConnection): Verdict {
    return verdictOf(this.input.configuration, connection, this.input.now());
  }

  #act(connection: LiveConnection, verdict: Verdict, toDrain: ToDrain): void {
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

  #reviewExpired(): void {
    const { registry, configuration, now } = this.input;
    const checkedAtMs = this.#checkedAtMs;
    this.#checkedAtMs = now();
    for (const apiKeyId of registry.apiKeyIds()) {
      const apiKey = configuration.apiKey(apiKeyId);
      if (apiKey && hasKeyJustEnded(apiKey, checkedAtMs, now())) this.#review(registry.ofApiKey(apiKeyId));
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
