import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../../support/random.js';
import type { LoadPrograms } from './load-programs.js';
import type { Effort, MetricName, Sample } from './metrics.js';
import type { Pinning } from './pinning.js';
import type { ProxyInput, ProxyKind, ProxyRole, RunningProxy } from './proxy.js';

/** The measurements of one proxy, one sample for each round. */
export interface Measured {
  name: string;
  role: ProxyRole;
  setup: string;
  version: string;
  /** The reason for missing measurements, if the proxy is not available. */
  missing: string | null;
  samples: Partial<Record<string, Sample[]>>;
}

export interface RoundsInput {
  programs: LoadPrograms;
  pinning: Pinning;
  openFiles: number;
  kinds: readonly ProxyKind[];
  metrics: readonly MetricName[];
  effort: Effort;
  /** Shuffles the proxies in each round. */
  random: Random;
  log: (line: string) => void;
}

/**
 * One proxy in the rounds. A peer that fails is excluded from then on, and its result contains the reason.
 */
export class Competitor {
  readonly measured: Measured;
  #running: RunningProxy | null = null;

  constructor(
    private readonly kind: ProxyKind,
    private readonly input: Pick<RoundsInput, 'pinning' | 'openFiles' | 'log'> & Pick<ProxyInput, 'probe'>,
    private readonly folder: string,
  ) {
    const { name, role, setup } = kind;
    this.measured = { name, role, setup, version: '', missing: null, samples: {} };
  }

  async start(upstreamPort: number, { isForMemory = false } = {}): Promise<void> {
    if (this.measured.missing !== null) return;
    const { pinning, openFiles, probe } = this.input;
    const folder = await mkdtemp(join(this.folder, `${this.kind.name}-`));
    try {
      this.#running = await this.kind.start({ folder, pinning, openFiles, upstreamPort, isForMemory, probe });
      this.measured.version = this.#running.version;
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** Does nothing if the proxy does not run. */
  async attempt(work: (running: RunningProxy) => Promise<unknown>): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    try {
      await work(running);
    } catch (error) {
      this.input.log(`${this.kind.name}: ${await running.log()}`);
      await this.stop();
      this.#giveUp(error);
    }
  }

  add(metric: string, sample: Sample): void {
    (this.measured.samples[metric] ??= []).push(sample);
    const texts = Object.entries(sample).map(([name, value]) => `${name} ${value.toFixed(2)}`);
    this.input.log(`${metric.padEnd(17)}${this.kind.name.padEnd(20)}${texts.join('  ')}`);
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
    this.#running = null;
  }

  #giveUp(error: unknown): void {
    if (this.kind.isRequired === true || !(error instanceof Error)) throw error;
    const [reason = ''] = error.message.split('\n');
    this.measured.missing = `not measured: ${reason}`;
    this.measured.samples = {};
    this.input.log(`${this.kind.name}: ${error.message}`);
  }
}
