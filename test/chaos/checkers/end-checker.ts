import type { Kill } from '../history.js';
import type { ConnectionEvent } from '../events.js';

// The clients observe the end of a killed process's connections within this time, also on a slow machine.
const maxNoticeMs = 15_000;

export interface EndResult {
  violations: string[];
  opened: number;
  /** Connections that ended because their gateway or upstream was killed. */
  killed: number;
}

/**
 * A connection may end only if its client closed it, or if its gateway or upstream was killed while it was
 * open. `events` are the events of the clients.
 */
export function checkEnds(events: readonly ConnectionEvent[], kills: readonly Kill[]): EndResult {
  const openedAtMs = new Map<string, number>();
  const leaving = new Set<string>();
  const result: EndResult = { violations: [], opened: 0, killed: 0 };
  for (const event of events) {
    if (event.kind === 'opened') {
      openedAtMs.set(event.connection, event.atMs);
      result.opened += 1;
      continue;
    }
    if (event.kind === 'leaving') {
      leaving.add(event.connection);
      continue;
    }
    const { connection, gateway, upstream, code, atMs } = event;
    const since = openedAtMs.get(connection) ?? 0;
    if (wasKilled(event, since, kills)) result.killed += 1;
    else if (!leaving.has(connection) || code !== 1000) {
      const lived = `it was open for ${((atMs - since) / 1000).toFixed(1)} s until ${atMs.toFixed(0)}`;
      result.violations.push(
        `${connection} on gateway ${gateway}, upstream ${upstream}, ended with ${String(code)}, and neither was killed; ${lived}`,
      );
    }
  }
  return result;
}

// A connection may go through the process before its client gets the 101. So its end must be after the kill,
// and its opening before the kill is certainly observed.
function wasKilled(event: ConnectionEvent, openedAtMs: number, kills: readonly Kill[]): boolean {
  return kills.some(
    ({ kind, which, atMs }) =>
      event[kind] === which &&
      event.atMs >= atMs &&
      event.atMs <= atMs + maxNoticeMs &&
      openedAtMs <= atMs + maxNoticeMs,
  );
}
