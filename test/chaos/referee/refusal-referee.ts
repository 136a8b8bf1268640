import type { Freeze, Kill } from '../chronicle.js';
import type { RefusalNote } from '../notes.js';

// A handshake that was under way when a process died, and a machine that is busy.
const slackMs = 3000;
// Between the note of a freeze and the signal.
const signalMs = 100;

export interface RefusalVerdict {
  violations: string[];
  /** How many there were of each status; 0 is no answer. */
  counts: Map<number, number>;
}

/**
 * Nobody is turned away without a reason: 429 is for those that push against a limit, 502 and 504 for when an upstream is down, no answer for
 * when the gateway is. A head may take 10 seconds and a dial 10 (docs/configuration.md): where a gateway was frozen for longer in the
 * midst of either, its time is over when the gateway wakes up, and the answer is 400 or 504.
 */
export function judgeRefusals(
  refusals: readonly RefusalNote[],
  { kills, freezes }: { kills: readonly Kill[]; freezes: readonly Freeze[] },
): RefusalVerdict {
  const counts = new Map<number, number>();
  const violations: string[] = [];
  for (const refusal of refusals) {
    const { status, gateway, path, problem } = refusal;
    counts.set(status, (counts.get(status) ?? 0) + 1);
    if (hasReason(refusal, kills, freezes)) continue;
    violations.push(
      `${path} at gateway ${gateway} at ${refusal.atMs.toFixed(0)} was refused with ${status} ${problem}`,
    );
  }
  return { violations, counts };
}

function hasReason(
  { status, gateway, path, startedAtMs, atMs }: RefusalNote,
  kills: readonly Kill[],
  freezes: readonly Freeze[],
): boolean {
  const wasDown = (isMeant: (kill: Kill) => boolean): boolean =>
    kills.some(
      (kill) => isMeant(kill) && kill.atMs - slackMs <= atMs && startedAtMs <= kill.untilMs + slackMs,
    );
  const wasFrozen = (): boolean =>
    freezes.some(
      (freeze) => freeze.gateway === gateway && startedAtMs < freeze.fromMs + signalMs && freeze.toMs <= atMs,
    );
  switch (status) {
    case 0:
      return wasDown(({ which }) => which === gateway);
    case 400:
      return wasFrozen();
    case 429:
      return path.startsWith('/limited/');
    case 502:
      return wasDown(({ kind }) => kind === 'upstream');
    case 504:
      return wasFrozen() || wasDown(({ kind }) => kind === 'upstream');
    default:
      return false;
  }
}
