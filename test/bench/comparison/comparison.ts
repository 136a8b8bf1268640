import { readFileSync } from 'node:fs';
import { Random } from '../../support/random.js';
import type { RoundsInput } from './competitor.js';
import { readComparisonOptions } from './comparison-options.js';
import { buildLoadPrograms } from './load-programs.js';
import { describeMachine } from './machine.js';
import { Pinning } from './pinning.js';
import { profileGateway } from './profile-gateway.js';
import { kindsNamed } from './proxies/kinds.js';
import { reportLines, writeReport } from './report.js';
import { measureRounds } from './rounds.js';

const maxOpenFiles = 100_000;

const options = readComparisonOptions(process.argv.slice(2));
const pinning = new Pinning();
pinning.pinSelf();
const openFiles = openFileLimit();
// A proxy has two sockets for each connection, and needs some other files.
const idleConnections = Math.min(options.effort.idleConnections, Math.floor(openFiles / 2) - 500);
const effort = { ...options.effort, idleConnections };
const common = { programs: await buildLoadPrograms(), pinning, openFiles, effort, log: console.error };
print(options.isProfile ? await profileGateway(common) : await compare(common));

async function compare(input: Omit<RoundsInput, 'kinds' | 'metrics' | 'random'>): Promise<string[]> {
  const { metrics, only, engine, isComplete, seed } = options;
  console.error(`seed ${seed}`);
  const kinds = kindsNamed(only, engine);
  const result = await measureRounds({ ...input, metrics, kinds, random: new Random(seed) });
  const report = { machine: describeMachine(), pinning: pinning.description, effort, seed, ...result };
  // A quick or partial run does not replace the published result.
  if (isComplete) console.error(`written: ${(await writeReport(report)).join(', ')}`);
  return reportLines(report);
}

function print(lines: readonly string[]): void {
  for (const line of lines) console.log(line);
}

function openFileLimit(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const [, hard] = /^Max open files\s+\d+\s+(\d+)/m.exec(limits) ?? [];
  return Math.min(Number(hard ?? maxOpenFiles), maxOpenFiles);
}
