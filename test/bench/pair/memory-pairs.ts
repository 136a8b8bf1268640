import { Competitor } from '../comparison/competitor.js';
import { measureIdleMemory } from '../comparison/idle-memory.js';
import { orderOf, type Both, type PairInput } from './both.js';

const settleMs = 15_000;
// Only peers of the comparison use it.
const openFiles = 10_000;

/** Measures the bytes of user space for each idle connection, in two new gateways in each pair. */
export async function measureMemoryPairs(input: PairInput): Promise<Both<number>[]> {
  const { options, folder, programs, pinning, kinds, log } = input;
  const competitorOf = (build: keyof Both<unknown>): Competitor =>
    new Competitor(kinds[build], { pinning, openFiles, log, probe: undefined }, folder);
  const both = { baseline: competitorOf('baseline'), now: competitorOf('now') };
  const effort = { idleConnections: options.connections, settleMs };
  for (let pair = 0; pair < options.pairs; pair += 1) {
    const competitors = orderOf(pair).map((build) => both[build]);
    await measureIdleMemory({ programs, pinning, effort }, competitors);
  }
  const bytesOf = (build: keyof Both<unknown>): number[] =>
    (both[build].measured.samples['memory'] ?? []).map(
      ({ bytesPerConnection = Number.NaN }) => bytesPerConnection,
    );
  const now = bytesOf('now');
  return bytesOf('baseline').map((baseline, pair) => ({ baseline, now: now[pair] ?? Number.NaN }));
}
