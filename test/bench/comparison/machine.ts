import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** The machine of a measurement. */
export interface Machine {
  measuredAt: string;
  processor: string;
  processors: number;
  memoryGigabytes: number;
  system: string;
  node: string;
  /** The load average of the last minute, including the benchmark's processes. */
  loadAverage: number;
}

export function describeMachine(): Machine {
  return {
    measuredAt: new Date().toISOString(),
    processor: cpus()[0]?.model ?? 'unknown processor',
    processors: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 1e9),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    loadAverage: loadavg()[0] ?? Number.NaN,
  };
}
