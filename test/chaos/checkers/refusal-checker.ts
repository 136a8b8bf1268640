import type { Pause, Kill } from '../history.js';
import type { RefusalEvent } from '../events.js';

// Tolerance for handshakes in progress at a kill, and for a slow machine.
const slackMs = 3000;
// Tolerance for the time between the record of a pause and its signal.
const signalMs = 100;

export interface RefusalResult {
  violations: string[];
  /** The number of refusals by status; 0 stands for no answer. */
  counts: Map<number, number>;
}

/**
 * Checks that every refusal has a reason: 429 a limit that the client exceeds, 502 and 504 an upstream that
 * is down, no answer a gateway that is down. A head and a dial may take 10 seconds each
 * (docs/configuration.md): if a gateway is paused for longer than that, their timeouts expire when it
 * resumes, and the answer is 400 or 504.
 */
export function checkRefusals(
  refusals: readonly RefusalEvent[],
  { kills, pauses }: { kills: readonly Kill[]; pauses: readonly Pause[] },
): RefusalResult {
  const counts = new Map<number, number>();
  const violations: string[] = [];
  for (const refusal of refusals) {
    const { status, gateway, path, problem } = refusal;
    counts.set(status, (counts.get(status) ?? 0) + 1);
    if (hasReason(refusal, kills, pauses)) continue;
    violations.push(
      `${path} at gateway ${gateway} at ${refusal.atMs.toFixed(0)} was refused with ${status} ${problem}`,
    );
  }
  return { violations, counts };
}

function hasReason(
  { status, gateway, path, startedAtMs, atMs }: RefusalEvent,
  kills: readonly Kill[],
  pauses: readonly Pause[],
): boolean {
  const wasDown = (matches: (kill: Kill) => boolean): boolean =>
    kills.some(
      (kill) => matches(kill) && kill.atMs - slackMs <= atMs && startedAtMs <= kill.untilMs + slackMs,
    );
  const wasPaused = (): boolean =>
    pauses.some(
      (pause) => pause.gateway === gateway && startedAtMs < pause.fromMs + signalMs && pause.toMs <= atMs,
    );
  switch (status) {
    case 0:
      return wasDown(({ which }) => which === gateway);
    case 400:
      return wasPaused();
    case 429:
      return path.startsWith('/limited/');
    case 502:
      return wasDown(({ kind }) => kind === 'upstream');
    case 504:
      return wasPaused() || wasDown(({ kind }) => kind === 'upstream');
    default:
      return false;
  }
}
