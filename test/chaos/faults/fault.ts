import type { Cluster } from '../cluster/cluster.js';
import type { History } from '../history.js';
import type { Random } from '../../support/random.js';

/** What a fault works on. */
export interface FaultTarget {
  cluster: Cluster;
  history: History;
}

/** A fault whose target and duration are decided. */
export interface DrawnFault {
  /** For the output, such as `gateway-2 is killed, and started again after 3.1 s`. */
  text: string;
  /** The least time that it takes. */
  lastsMs: number;
  /** What no other fault may touch at the same time. */
  touches: readonly string[];
  /** Resolves when it is repaired. */
  inject: (target: FaultTarget) => Promise<void>;
}

/** A kind of fault: the random numbers decide its target and its duration, which is at most `maxMs` where it is free. */
export type FaultKind = (random: Random, maxMs: number) => DrawnFault;

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
