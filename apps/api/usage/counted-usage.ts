import type { Quota, UsageCounters } from '#libs/contract';

/** The usage that counts against a quota; both directions together. */
export interface CountedUsage {
  connections: number;
  connectionMs: number;
  messages: number;
  bytes: number;
}

export function nothingCounted(): CountedUsage {
  return { connections: 0, connectionMs: 0, messages: 0, bytes: 0 };
}

export function count(counted: CountedUsage, usage: UsageCounters): void {
  counted.connections += usage.connections;
  counted.connectionMs += usage.connectionMs;
  counted.messages += usage.messagesFromClients + usage.messagesFromUpstreams;
  counted.bytes += usage.bytesFromClients + usage.bytesFromUpstreams;
}

export function sumOf(one: CountedUsage, other: CountedUsage): CountedUsage {
  return {
    connections: one.connections + other.connections,
    connectionMs: one.connectionMs + other.connectionMs,
    messages: one.messages + other.messages,
    bytes: one.bytes + other.bytes,
  };
}

/** The higher one of each count. */
export function maxOf(one: CountedUsage, other: CountedUsage): CountedUsage {
  return {
    connections: Math.max(one.connections, other.connections),
    connectionMs: Math.max(one.connectionMs, other.connectionMs),
    messages: Math.max(one.messages, other.messages),
    bytes: Math.max(one.bytes, other.bytes),
  };
}

/** In the units of a quota. */
export function usedOf({
  connections,
  connectionMs,
  messages,
  bytes,
}: CountedUsage): Record<keyof Quota, number> {
  return { connections, connectionMinutes: connectionMs / 60_000, messages, bytes };
}

/** Which parts of a quota are used up: `all` of what a live connection uses, or only new connections. */
export function exhaustionOf(quota: Quota, counted: CountedUsage): { closesLive: boolean } | null {
  const used = usedOf(counted);
  const isUsedUp = (name: keyof Quota): boolean => {
    const ceiling = quota[name];
    return ceiling !== null && used[name] >= ceiling;
  };
  // To close a live connection gives no connection back, but it uses no more minutes, messages and bytes.
  if (isUsedUp('connectionMinutes') || isUsedUp('messages') || isUsedUp('bytes')) return { closesLive: true };
  return isUsedUp('connections') ? { closesLive: false } : null;
}
