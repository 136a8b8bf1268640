import type { Cluster } from '../cluster/cluster.js';
import type { History } from '../history.js';
import type { Random } from '../../support/random.js';

/** The parts of a run that a fault acts on. */
export interface FaultTarget {
  cluster: Cluster;
  history: History;
}

/** A fault whose target and duration are chosen. */
export interface DrawnFault {
  /** The description in the output, such as `gateway-2 is killed, and restarted after 3.1 s`. */
  text: string;
  /** The minimum duration. */
  lastsMs: number;
  /** The resources that no other fault may touch at the same time. */
  touches: readonly string[];
  /** Injects the fault; resolves when it is repaired. */
  inject: (target: FaultTarget) => Promise<void>;
}

/**
 * A kind of fault: the random numbers choose its target and its duration, which is at most `maxMs` if it is
 * not fixed.
 */
export type FaultKind = (random: Random, maxMs: number) => DrawnFault;

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
