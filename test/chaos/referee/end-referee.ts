import type { Kill } from '../chronicle.js';
import type { ConnectionNote } from '../notes.js';

// How long after a kill its connections are noticed to be over; a machine that is busy is late.
const longestNoticeMs = 15_000;

export interface EndVerdict {
  violations: string[];
  opened: number;
  /** Connections that ended with the process that they went through. */
  killed: number;
}

/**
 * A connection may end when its client asked for it, or when its gateway or its upstream was killed while it was open.
 * `notes` are those of the clients.
 */
export function judgeEnds(notes: readonly ConnectionNote[], kills: readonly Kill[]): EndVerdict {
  const openedAtMs = new Map<string, number>();
  const leaving = new Set<string>();
  const verdict: EndVerdict = { violations: [], opened: 0, killed: 0 };
  for (const note of notes) {
    if (note.kind === 'opened') {
      openedAtMs.set(note.connection, note.atMs);
      verdict.opened += 1;
      continue;
    }
    if (note.kind === 'leaving') {
      leaving.add(note.connection);
      continue;
    }
    const { connection, gateway, upstream, code, atMs } = note;
    const since = openedAtMs.get(connection) ?? 0;
    if (wasKilled(note, since, kills)) verdict.killed += 1;
    else if (!leaving.has(connection) || code !== 1000) {
      const lived = `it was open for ${((atMs - since) / 1000).toFixed(1)} s until ${atMs.toFixed(0)}`;
      verdict.violations.push(
        `${connection} on gateway ${gateway}, upstream ${upstream}, ended with ${String(code)}; nobody killed either; ${lived}`,
      );
    }
  }
  return verdict;
}

// A connection that was being opened may have gone through the process before its client heard of it: so its end alone
// has to come after the kill, and its opening before what the kill may take to be noticed.
function wasKilled(note: ConnectionNote, openedAtMs: number, kills: readonly Kill[]): boolean {
  return kills.some(
    ({ kind, which, atMs }) =>
      note[kind] === which &&
      note.atMs >= atMs &&
      note.atMs <= atMs + longestNoticeMs &&
      openedAtMs <= atMs + longestNoticeMs,
  );
}
