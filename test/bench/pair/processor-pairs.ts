import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Releases } from '../../support/releases.js';
import type { LoadPrograms } from '../comparison/load-programs.js';
import { Load } from '../comparison/load.js';
import { warmUpHandshake } from '../comparison/metrics.js';
import type { Pinning } from '../comparison/pinning.js';
import type { ProxyKind, ProxyTarget } from '../comparison/proxy.js';
import { orderOf, type Both } from './both.js';
import type { PairOptions } from './pair-options.js';

export interface PairInput {
  options: PairOptions;
  /** The folder for files and logs. */
  folder: string;
  programs: LoadPrograms;
  pinning: Pinning;
  kinds: Both<ProxyKind>;
  log: (line: string) => void;
}

/** The processor time of a gateway for a connection, in microseconds. */
export interface ProcessorTime {
  total: number;
  user: number;
  system: number;
}

const microsPerTick = 10_000;
// Only peers of the comparison use it.
const openFiles = 10_000;

/**
 * Measures two warm gateways in pairs, both under load at the same moment, so that other work on the machine
 * disturbs both alike.
 */
export async function measureProcessorPairs(
  input: PairInput,
  releases: Releases,
): Promise<Both<ProcessorTime>[]> {
  const { options, programs, pinning, log } = input;
  const load = await Load.start(programs, pinning);
  releases.add(() => load.stop());
  const targets = {
    baseline: await startTarget('baseline', input, load, releases),
    now: await startTarget('now', input, load, releases),
  };
  await together(0, (build) => warmUpHandshake(load, targets[build]));
  const pairs: Both<ProcessorTime>[] = [];
  for (let pair = 0; pair < options.pairs; pair += 1) {
    const times = await together(pair, (build) => measureOnce(load, targets[build], input));
    pairs.push(times);
    const text = (part: keyof ProcessorTime): string =>
      `${part} ${times.baseline[part].toFixed(1)} and ${times.now[part].toFixed(1)} µs, ratio ${(times.now[part] / times.baseline[part]).toFixed(3)}`;
    log(`pair ${pair + 1} of ${options.pairs}: ${text('total')}; ${text('user')}`);
  }
  return pairs;
}

async function startTarget(
  build: keyof Both<unknown>,
  { folder, pinning, kinds, options }: PairInput,
  { upstreamPort }: Load,
  releases: Releases,
): Promise<ProxyTarget> {
  const own = await mkdtemp(join(folder, `${build}-`));
  const input = { folder: own, pinning, openFiles, upstreamPort, isForMemory: false };
  const gateway = await kinds[build].start(input);
  releases.add(() => gateway.stop());
  return options.isFleet ? gateway : (gateway.withLocalLimits ?? gateway);
}

/** Starts the work for one build after the other without waiting, in the order of the pair. */
async function together<Result>(
  pair: number,
  work: (build: keyof Both<unknown>) => Promise<Result>,
): Promise<Both<Result>> {
  if (orderOf(pair)[0] === 'baseline') {
    const [baseline, now] = await Promise.all([work('baseline'), work('now')]);
    return { baseline, now };
  }
  const [now, baseline] = await Promise.all([work('now'), work('baseline')]);
  return { baseline, now };
}

async function measureOnce(load: Load, target: ProxyTarget, { options }: PairInput): Promise<ProcessorTime> {
  const { connections, handshakes } = options;
  // No warm-up of the generator: one would begin to count while the other one is still warming up.
  const result = await load.run('handshake', target, { connections, 'warm-up': 0, handshakes });
  return {
    total: result.proxyNs / 1000 / handshakes,
    user: (result.proxyUserTicks * microsPerTick) / handshakes,
    system: (result.proxySystemTicks * microsPerTick) / handshakes,
  };
}
