import type { GatewaySample } from './gateway-watch.js';

export interface Verdict {
  claim: string;
  found: string;
  isHeld: boolean;
}

export interface SoakResult {
  /** Samples before the first connection, during the load, and after the last connection. */
  before: GatewaySample;
  during: readonly GatewaySample[];
  after: GatewaySample;
}

const maxGrowth = 1.05;
// A connection to Redis or a scrape may exist in one sample and not in the other.
const spareDescriptors = 4;

export function soakVerdicts({ before, during, after }: SoakResult): Verdict[] {
  const [early, late] = [leastMemory(during, 0.2, 0.4), leastMemory(during, 0.8, 1)];
  const descriptors = during.map((sample) => sample.descriptors - 2 * sample.connections);
  const moreDescriptors = after.descriptors - before.descriptors;
  return [
    {
      claim: 'opened = ended',
      found: `${count(after.joined)} opened, ${count(after.ended)} ended, ${count(after.connections)} open`,
      isHeld: after.joined === after.ended && after.connections === 0,
    },
    {
      claim: `memory is flat: at most ${maxGrowth} × from the second to the last fifth`,
      found: `${megabytes(early)} to ${megabytes(late)}: ${(late / early).toFixed(3)} ×`,
      isHeld: late / early <= maxGrowth,
    },
    {
      claim: 'descriptors are given back',
      found: `${count(before.descriptors)} before, ${count(after.descriptors)} after; beside those of connections ${Math.min(...descriptors)} to ${Math.max(...descriptors)} meanwhile`,
      isHeld: Math.abs(moreDescriptors) <= spareDescriptors,
    },
  ];
}

/**
 * The minimum of the samples between two shares of the time, since memory that a collector can release is not
 * needed.
 */
function leastMemory(samples: readonly GatewaySample[], from: number, to: number): number {
  const [first, end] = [Math.floor(samples.length * from), Math.ceil(samples.length * to)];
  return Math.min(...samples.slice(first, end).map(({ memoryBytes }) => memoryBytes));
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

export function count(value: number): string {
  return value.toLocaleString('en');
}
