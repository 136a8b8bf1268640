import type { Cast } from '../cast/cast.js';
import type { Chronicle } from '../chronicle.js';
import type { Random } from '../../support/random.js';

/** What a fault works on. */
export interface Stage {
  cast: Cast;
  chronicle: Chronicle;
}

/** One that was drawn: who is hit, and for how long, is decided. */
export interface DrawnFault {
  /** For people, as in `gateway-2 killed, back after 3.1 s`. */
  text: string;
  /** How long it takes at the least. */
  lastsMs: number;
  /** What no other fault may touch meanwhile. */
  touches: readonly string[];
  /** Resolves when what was broken works again. */
  strike: (stage: Stage) => Promise<void>;
}

/** A kind of fault; the numbers decide whom it hits and for how long, `longestMs` at the most where that is for it to say. */
export type FaultKind = (random: Random, longestMs: number) => DrawnFault;

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
