import { noUsage, usageCounterNames, type UsageCounters } from '#libs/contract';
import type { TunnelCounters } from '#libs/tunnel';

export interface UsageSubject {
  tenantId: string;
  routeId: string;
  apiKeyId: string | null;
}

/** The messages and bytes relayed from both sides of a connection. */
export interface Relayed {
  fromClient: Pick<TunnelCounters, 'messages' | 'bytes'>;
  fromUpstream: Pick<TunnelCounters, 'messages' | 'bytes'>;
}

/**
 * The usage of one tenant, route and key since the gateway started. The time of connections is the
 * integral of their number, so no connection needs memory for it.
 */
export class UsageEntry {
  live = 0;
  /** The usage of ended connections, and the number of all opened ones. */
  readonly #ended = noUsage();
  #reported = noUsage();
  /** The usage of connections that ended during a measurement, which may have counted them already. */
  #endedLate: UsageCounters | null = null;
  #integratedAtMs: number;

  constructor(
    readonly subject: UsageSubject,
    nowMs: number,
  ) {
    this.#integratedAtMs = nowMs;
  }

  open(nowMs: number): void {
    this.#integrate(nowMs);
    this.live += 1;
    this.#ended.connections += 1;
  }

  end(relayed: Relayed, nowMs: number, isLate: boolean): void {
    this.#integrate(nowMs);
    this.live -= 1;
    if (isLate) addRelayed((this.#endedLate ??= noUsage()), relayed);
    else addRelayed(this.#ended, relayed);
  }

  /** The usage of all its connections; `relayed` is what the live ones have relayed so far. */
  total(relayed: UsageCounters, nowMs: number): UsageCounters {
    this.#integrate(nowMs);
    return sumOf(this.#ended, relayed);
  }

  /** The part of a total that is not reported yet. */
  unreported(total: UsageCounters): UsageCounters {
    const rest = noUsage();
    for (const name of usageCounterNames) {
      rest[name] = Math.max(0, Math.round(total[name] - this.#reported[name]));
    }
    return rest;
  }

  report(usage: UsageCounters): void {
    this.#reported = sumOf(this.#reported, usage);
  }

  /** Ends a measurement: the connections that ended during it now count as ended. */
  settle(): void {
    if (!this.#endedLate) return;
    for (const name of usageCounterNames) this.#ended[name] += this.#endedLate[name];
    this.#endedLate = null;
  }

  /** Whether it has no live connection, and everything is reported. */
  get isFinished(): boolean {
    if (this.live > 0 || this.#endedLate) return false;
    return isNothing(this.unreported(this.#ended));
  }

  #integrate(nowMs: number): void {
    this.#ended.connectionMs += this.live * (nowMs - this.#integratedAtMs);
    this.#integratedAtMs = nowMs;
  }
}

export function addRelayed(usage: UsageCounters, { fromClient, fromUpstream }: Relayed): void {
  usage.messagesFromClients += fromClient.messages;
  usage.bytesFromClients += fromClient.bytes;
  usage.messagesFromUpstreams += fromUpstream.messages;
  usage.bytesFromUpstreams += fromUpstream.bytes;
}

export function isNothing(usage: UsageCounters): boolean {
  return usageCounterNames.every((name) => usage[name] === 0);
}

function sumOf(one: UsageCounters, other: UsageCounters): UsageCounters {
  const sum = noUsage();
  for (const name of usageCounterNames) sum[name] = one[name] + other[name];
  return sum;
}
