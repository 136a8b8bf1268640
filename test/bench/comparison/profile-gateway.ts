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
import { measure, warmUp, type Effort, type LoadMetric, type Sample } from './metrics.js';
import type { Pinning } from './pinning.js';
import type { RunningProxy } from './proxy.js';
import { sluiceWith } from './proxies/sluice.js';

const profiledMetrics: LoadMetric[] = ['echo64', 'echo16k', 'handshake'];
const longer = { measureMs: 5000, handshakes: 5000 };
const samplingMicros = 200;
const mostFunctions = 20;

export interface ProfileInput {
  programs: LoadPrograms;
  pinning: Pinning;
  openFiles: number;
  effort: Effort;
}

/**
 * Where the gateway's time goes under each load, as Markdown. It is warm when the profile begins, which is of the load alone.
 * The profiles are kept for the developer tools of a browser.
 */
export async function profileGateway(input: ProfileInput): Promise<string[]> {
  const { programs, pinning, openFiles, effort } = input;
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const inspectorPort = await freePort();
  const load = await Load.start(programs, pinning);
  const { upstreamPort } = load;
  const kind = sluiceWith([`--inspect=127.0.0.1:${inspectorPort}`]);
  const gateway = await kind.start({ folder, pinning, openFiles, upstreamPort });
  try {
    await warmUp(load, gateway, effort);
    const inspector = await InspectorClient.connect(inspectorPort);
    const lines: string[] = [];
    for (const metric of profiledMetrics) {
      lines.push(...(await profileMetric({ load, gateway, inspector, effort }, metric)));
    }
    await inspector.close();
    return lines;
  } finally {
    await gateway.stop();
    await load.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Profiled {
  load: Load;
  gateway: RunningProxy;
  inspector: InspectorClient;
  effort: Effort;
}

async function profileMetric(
  { load, gateway, inspector, effort }: Profiled,
  metric: LoadMetric,
): Promise<string[]> {
  const plain = await measure(metric, load, gateway, { ...effort, ...longer });
  await inspector.call('Profiler.enable');
  await inspector.call('Profiler.setSamplingInterval', { interval: samplingMicros });
  await inspector.call('Profiler.start');
  await measure(metric, load, gateway, { ...effort, ...longer });
  const answer = await inspector.call('Profiler.stop');
  const { profile } = z.object({ profile: cpuProfileSchema.loose() }).parse(answer);
  const path = join(builtFolder, `${metric}.cpuprofile`);
  await writeFile(path, JSON.stringify(profile));
  return describe(metric, plain, profile, path);
}

function describe(metric: LoadMetric, plain: Sample, profile: CpuProfile, path: string): string[] {
  const { cpuMicros = 0, systemShare = 0, proxyShare = 0 } = plain;
  return [
    `### ${metric}`,
    '',
    `${cpuMicros.toFixed(1)} µs each without the profiler, ${percent(systemShare)} of it in the kernel; the process had ` +
      `${percent(proxyShare)} of a processor. Profile: ${path}`,
    '',
    ...table('where the code is from', timeByOrigin(profile)),
    '',
    ...table('function', timeByFunction(profile).slice(0, mostFunctions)),
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
