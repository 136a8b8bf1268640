import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Releases } from '../support/releases.js';
import { BenchWorker } from './bench-worker.js';
import type { ChurnCalls, ChurnCounts } from './churn-worker.js';
import { Load, type HeldConnections } from './comparison/load.js';
import { buildLoadPrograms } from './comparison/load-programs.js';
import { Pinning } from './comparison/pinning.js';
import type { ProxyTarget } from './comparison/proxy.js';
import { benchPath, publishBenchTenant } from './comparison/proxies/bench-tenant.js';
import { collectOnSignal } from './comparison/proxies/garbage-collection.js';
import { benchGatewaySettings } from './comparison/proxies/sluice-settings.js';
import { sampleGateways, type GatewaySample } from './gateway-watch.js';
import { runBenchmark, temporaryFolder } from './run-benchmark.js';
import { startBenchGateway, startControlPlane, type BenchGateway } from './sluice-processes.js';
import { readSoakOptions } from './soak-options.js';
import { count, megabytes, soakVerdicts, type Verdict } from './soak-verdicts.js';

const { minutes, isIdle, connections, seed } = readSoakOptions(process.argv.slice(2), randomInt(2 ** 32));
// Ten thousand connections of one gateway would need more descriptors than many systems allow a process.
const gatewayCount = isIdle ? 2 : 1;
const sampleMs = Math.min(10_000, (minutes * 60_000) / 30);
const churningClients = 32;
const handshakesInARun = 2000;
const warmUpHandshakes = 3000;
const maxCloseMs = 30_000;

interface Soaked {
  load: Load;
  gateways: BenchGateway[];
  targets: ProxyTarget[];
  apiKeyHeader: string;
}

await runBenchmark(async (releases) => {
  const verdicts = await soak(await start(releases), releases);
  if (verdicts.some(({ isHeld }) => !isHeld)) process.exitCode = 1;
  return [
    [`${isIdle ? 'idle' : 'churn'}, ${minutes} minutes, seed ${seed}`, 'found', ''],
    ...verdicts.map(({ claim, found, isHeld }) => [claim, found, isHeld ? 'held' : '**not held**']),
  ];
});

async function start(releases: Releases): Promise<Soaked> {
  const folder = await temporaryFolder(releases);
  const load = await Load.start(await buildLoadPrograms(), new Pinning({ isWanted: false }));
  releases.add(() => load.stop());
  const plane = await startControlPlane({ folder, settings: benchGatewaySettings }, releases);
  const apiKeyHeader = await publishBenchTenant(plane.rest, load.upstreamPort);
  const input = { folder, settings: benchGatewaySettings, launch: { nodeOptions: collectOnSignal } };
  const gateways: BenchGateway[] = [];
  while (gateways.length < gatewayCount) gateways.push(await startBenchGateway(plane, input, releases));
  const targets = gateways.map(({ port, process }) => ({
    port,
    path: benchPath,
    header: apiKeyHeader,
    processes: [process.pid],
  }));
  return { load, gateways, targets, apiKeyHeader };
}

async function soak(
  { load, gateways, targets, apiKeyHeader }: Soaked,
  releases: Releases,
): Promise<Verdict[]> {
  // Memory that the first connections load is not a leak.
  for (const target of targets) await openAndClose(load, target, warmUpHandshakes);
  const before = await untilQuiet(gateways);
  const held: HeldConnections[] = [];
  for (const target of targets) {
    held.push(await load.hold(target, { connections: connections / targets.length }));
  }
  const churn = isIdle ? null : await startChurn(load, targets, apiKeyHeader, releases);
  const during = await sampleFor(gateways);
  const churned = await churn?.stop();
  for (const connection of held) await connection.end();
  const after = await untilQuiet(gateways);
  const verdicts = soakVerdicts({ before, during, after });
  return [...verdicts, churned ? churnVerdict(churned, before, after) : idleVerdict(during)];
}

async function sampleFor(gateways: readonly BenchGateway[]): Promise<GatewaySample[]> {
  const samples: GatewaySample[] = [];
  const startedAtMs = performance.now();
  while (performance.now() - startedAtMs < minutes * 60_000) {
    await delay(sampleMs);
    const sample = await sampleGateways(gateways);
    samples.push(sample);
    console.error(sampleText(sample, startedAtMs));
  }
  return samples;
}

/** Resolves with the first sample without connections, or with the last sample if some are left. */
async function untilQuiet(gateways: readonly BenchGateway[]): Promise<GatewaySample> {
  const deadlineMs = performance.now() + maxCloseMs;
  for (;;) {
    const sample = await sampleGateways(gateways);
    if (sample.connections === 0 || performance.now() > deadlineMs) return sample;
  }
}

/** The final counters include the connections of the load generator. */
async function startChurn(
  load: Load,
  [target]: readonly ProxyTarget[],
  apiKeyHeader: string,
  releases: Releases,
): Promise<{ stop(): Promise<ChurnCounts> }> {
  if (!target) throw new Error('there is no gateway');
  const worker = BenchWorker.start<ChurnCalls>('churn-worker.js', releases);
  const apiKey = apiKeyHeader.replace('X-Api-Key: ', '');
  const url = `ws://127.0.0.1:${target.port}${target.path}`;
  await worker.call('start', { url, apiKey, seed, clients: churningClients });
  const stopping = new AbortController();
  const opening = openUntil(stopping.signal, load, target);
  return {
    stop: async () => {
      stopping.abort();
      const counts = await worker.call('stop');
      return { ...counts, opened: counts.opened + (await opening) };
    },
  };
}

/** Resolves with the numbers of connections that were opened and closed before the signal. */
async function openUntil(signal: AbortSignal, load: Load, target: ProxyTarget): Promise<number> {
  let opened = 0;
  for (; !signal.aborted; opened += handshakesInARun) await openAndClose(load, target, handshakesInARun);
  return opened;
}

async function openAndClose(load: Load, target: ProxyTarget, handshakes: number): Promise<void> {
  await load.run('handshake', target, { connections: 16, 'warm-up': 0, handshakes });
}

function churnVerdict(
  { opened, leftEarly, refused }: ChurnCounts,
  before: GatewaySample,
  after: GatewaySample,
): Verdict {
  const [all, joined] = [opened + connections, after.joined - before.joined];
  return {
    claim: 'each connection that a client opened is counted',
    found: `clients opened ${count(all)}, ${count(leftEarly)} left before the answer, ${count(refused)} were refused; the gateway joined ${count(joined)}`,
    isHeld: joined >= all && joined <= all + leftEarly,
  };
}

function idleVerdict(during: readonly GatewaySample[]): Verdict {
  const least = Math.min(...during.map((sample) => sample.connections));
  return {
    claim: 'no idle connection ended',
    found: `${count(least)} of ${count(connections)} all the time`,
    isHeld: least === connections,
  };
}

function sampleText(sample: GatewaySample, startedAtMs: number): string {
  const seconds = Math.round((sample.atMs - startedAtMs) / 1000);
  const time = `${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}`;
  return [
    time,
    `memory ${megabytes(sample.memoryBytes)}`,
    `descriptors ${count(sample.descriptors)}`,
    `connections ${count(sample.connections)}`,
    `opened ${count(sample.joined)}`,
    `ended ${count(sample.ended)}`,
  ].join('  ');
}
