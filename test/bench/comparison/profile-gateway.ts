import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from '../../support/free-port.js';
import {
  cpuProfileSchema,
  timeByFunction,
  timeByOrigin,
  type CpuProfile,
  type TimeShare,
} from './cpu-profile.js';
import { builtFolder } from './folders.js';
import { InspectorClient } from './inspector-client.js';
import { Load } from './load.js';
import type { LoadPrograms } from './load-programs.js';
import {
  measureEcho,
  measureHandshakes,
  warmUp,
  type Effort,
  type Measuring,
  type Sample,
} from './metrics.js';
import type { Pinning } from './pinning.js';
import type { TenantSettings } from './proxies/bench-tenant.js';
import { sluice } from './proxies/sluice.js';
import type { ProxyInput } from './proxy.js';

const profiledMetrics: readonly ProfiledMetric[] = [
  { metric: 'echo64', run: measureEcho },
  { metric: 'echo16k', run: (measuring: Measuring) => measureEcho(measuring, 16_384) },
  { metric: 'handshake', run: (measuring: Measuring) => measureHandshakes(measuring, measuring.proxy) },
];
const longer = { measureMs: 5000, handshakes: 5000 };
const samplingMicros = 200;
const maxFunctions = 20;

export interface ProfiledMetric {
  metric: string;
  run: (measuring: Measuring) => Promise<Sample>;
}

export interface ProfileInput {
  programs: LoadPrograms;
  pinning: Pinning;
  openFiles: number;
  effort: Effort;
  /** Other loads than those of the comparison. */
  loads?: {
    probe: ProxyInput['probe'];
    tenant: TenantSettings;
    warmUp: (measuring: Measuring) => Promise<unknown>;
    metrics: readonly ProfiledMetric[];
  };
}

/**
 * Profiles a warm gateway under each load, and prints its time by function and origin as Markdown. The
 * profiles are kept for the developer tools of a browser.
 */
export async function profileGateway(input: ProfileInput): Promise<string[]> {
  const { programs, pinning, openFiles, effort, loads } = input;
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const inspectorPort = await freePort();
  const load = await Load.start(programs, pinning);
  const { upstreamPort } = load;
  const nodeOptions = [`--inspect=127.0.0.1:${inspectorPort}`];
  const kind = sluice({ nodeOptions, ...(loads && { tenant: loads.tenant }) });
  const { probe } = loads ?? {};
  const gateway = await kind.start({ folder, pinning, openFiles, upstreamPort, isForMemory: false, probe });
  try {
    await (loads?.warmUp ?? warmUp)({ load, proxy: gateway, effort });
    const inspector = await InspectorClient.connect(inspectorPort);
    const lines: string[] = [];
    const measuring = { load, proxy: gateway, effort: { ...effort, ...longer } };
    for (const { metric, run } of loads?.metrics ?? profiledMetrics) {
      lines.push(...(await profileMetric(metric, () => run(measuring), inspector)));
    }
    await inspector.close();
    return lines;
  } finally {
    await gateway.stop();
    await load.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function profileMetric(
  metric: string,
  run: () => Promise<Sample>,
  inspector: InspectorClient,
): Promise<string[]> {
  const plain = await run();
  await inspector.call('Profiler.enable');
  await inspector.call('Profiler.setSamplingInterval', { interval: samplingMicros });
  await inspector.call('Profiler.start');
  await run();
  const answer = await inspector.call('Profiler.stop');
  const { profile } = z.object({ profile: cpuProfileSchema.loose() }).parse(answer);
  const path = join(builtFolder, `${metric}.cpuprofile`);
  await writeFile(path, JSON.stringify(profile));
  return describe(metric, plain, profile, path);
}

function describe(metric: string, plain: Sample, profile: CpuProfile, path: string): string[] {
  const { cpuMicros = 0, systemShare = 0, proxyShare = 0 } = plain;
  return [
    `### ${metric}`,
    '',
    `${cpuMicros.toFixed(1)} µs each without the profiler, ${percent(systemShare)} of it in the kernel; the process had ` +
      `${percent(proxyShare)} of a processor. Profile: ${path}`,
    '',
    ...table('where the code is from', timeByOrigin(profile)),
    '',
    ...table('function', timeByFunction(profile).slice(0, maxFunctions)),
    '',
  ];
}

function table(head: string, shares: readonly TimeShare[]): string[] {
  const rows = shares.filter(({ share }) => share >= 0.002);
  return [
    `| ${head} | self time |`,
    '| --- | --- |',
    ...rows.map(({ name, share }) => `| ${name} | ${percent(share)} |`),
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
