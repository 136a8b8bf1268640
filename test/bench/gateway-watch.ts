import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { processMemory } from './comparison/process-memory.js';
import { collectGarbageOf } from './comparison/proxies/garbage-collection.js';
import type { BenchGateway } from './sluice-processes.js';

/** The sums over all gateways at one moment, after garbage collection. */
export interface GatewaySample {
  atMs: number;
  memoryBytes: number;
  descriptors: number;
  connections: number;
  /** Joined and ended connections since the start. */
  joined: number;
  ended: number;
}

const collectionMs = 1000;

/** The gateways must be started with `collectOnSignal`. */
export async function sampleGateways(gateways: readonly BenchGateway[]): Promise<GatewaySample> {
  const pids = gateways.map(({ process }) => process.pid);
  await collectGarbageOf(pids);
  await delay(collectionMs);
  const pages = await Promise.all(gateways.map(({ adminPort }) => metricsOf(adminPort)));
  const sum = (name: string, labels = ''): number =>
    pages.reduce((total, page) => total + sumOfMetric(page, name, labels), 0);
  return {
    atMs: performance.now(),
    memoryBytes: await processMemory(pids),
    descriptors: (await Promise.all(pids.map(descriptorsOf))).reduce((total, count) => total + count, 0),
    connections: sum('sluice_connections'),
    joined: sum('sluice_handshakes_total', 'outcome="joined"'),
    ended: sum('sluice_connections_ended_total'),
  };
}

async function metricsOf(adminPort: number): Promise<string> {
  // Keep-alive connections to the admin listener would count as descriptors.
  const headers = { connection: 'close' };
  return (await fetch(`http://127.0.0.1:${adminPort}/metrics`, { headers })).text();
}

async function descriptorsOf(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

/** The sum of all series of a metric whose labels contain this text. */
export function sumOfMetric(page: string, name: string, labels = ''): number {
  return page
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .filter((line) => line.includes(labels))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
