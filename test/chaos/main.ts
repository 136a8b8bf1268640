import { parseArgs } from 'node:util';
import { longSchedule, shortSchedule } from './faults/schedule.js';
import { ChaosRun, type ChaosRunInput } from './chaos-run.js';
import { runDiskFull } from './scenarios/disk-full.js';
import { runStartFromFile } from './scenarios/start-from-file.js';
import { runRedisOutage } from './scenarios/redis-outage.js';

const scenarios = ['redis-outage', 'start-from-file', 'disk-full'] as const;

const usage = `npm run chaos -- [--seed <number>] [--seconds 300] [--short] [--scenario ${scenarios.join('|')}] [--logs <folder>]
  --seed      the same seed draws the same faults at the same times; a random one unless given, and printed
  --seconds   how long faults are injected; with --scenario redis-outage, how long Redis is down
  --short     half a minute with a fixed list of faults, as in npm test
  --scenario  run only this one
  --logs      keep the logs of all processes there`;

const shownViolations = 40;
const sizes = {
  long: { steady: 240, pushing: 90, limit: 30, narrowLimit: 12 },
  short: { steady: 60, pushing: 45, limit: 15, narrowLimit: 6 },
};
// The publishing API is replaced within 4 s. A gateway that lost Redis reconnects within 2 s and counts
// locally for 3 s more; one whose traffic is dropped takes 7 s to notice. The rest is tolerance for a slow
// machine.
const agreementTimeoutMs = 25_000;

interface Options {
  seed: number;
  seconds: number | null;
  short: boolean;
  scenario: (typeof scenarios)[number] | null;
  logs: string | null;
}

process.exitCode = await main(process.argv.slice(2));

async function main(given: string[]): Promise<number> {
  const options = readOptions(given);
  if (!options) {
    print(usage);
    return 2;
  }
  print(`seed ${options.seed}`);
  const violations = await run(options);
  if (violations.length === 0) {
    print('\nno violations');
    return 0;
  }
  print(`\n${violations.length} VIOLATIONS`);
  for (const violation of violations.slice(0, shownViolations)) print(`  ${violation}`);
  print(`to repeat: npm run chaos -- ${['--seed', options.seed, ...withoutSeed(given)].join(' ')}`);
  return 1;
}

async function run(options: Options): Promise<string[]> {
  const { seed, seconds, short, scenario, logs: folder } = options;
  const size = short ? sizes.short : sizes.long;
  const input = { seed, size, print, folder, interrupted: untilInterrupted() };
  switch (scenario) {
    case 'redis-outage':
      return runRedisOutage({ ...input, outageMs: (seconds ?? 60) * 1000 });
    case 'start-from-file':
      return runStartFromFile(input);
    case 'disk-full':
      return runDiskFull(input);
    case null: {
      const schedule: ChaosRunInput['schedule'] = short
        ? shortSchedule
        : (random) => longSchedule(random, (seconds ?? 300) * 1000);
      const writers = short ? 2 : 4;
      // The scenario has its own API and Redis, so both run at the same time.
      const runs = await Promise.allSettled([
        new ChaosRun({ ...input, schedule, writers, agreementTimeoutMs }).run(),
        runDiskFull(input),
      ]);
      // Both have stopped their processes, even if the other has failed.
      return runs.flatMap((run) => (run.status === 'fulfilled' ? run.value : [String(run.reason)]));
    }
  }
}

/** Null if the options are not valid. */
function readOptions(args: string[]): Options | null {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { seed: text, seconds: text, short: flag, scenario: text, logs: text, help: flag };
  try {
    const { values } = parseArgs({ args, options });
    const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
    const seconds = values.seconds === undefined ? null : Number(values.seconds);
    const scenario = scenarios.find((name) => name === values.scenario) ?? null;
    const isValid = Number.isInteger(seed) && (seconds === null || seconds > 0);
    if (!isValid || values.help || (values.scenario !== undefined && scenario === null)) return null;
    return { seed, seconds, short: values.short, scenario, logs: values.logs ?? null };
  } catch {
    return null;
  }
}

function withoutSeed(given: readonly string[]): string[] {
  const at = given.indexOf('--seed');
  return at === -1 ? [...given] : [...given.slice(0, at), ...given.slice(at + 2)];
}

// Rejects on a signal, so that the processes of the cluster are stopped before this one exits.
function untilInterrupted(): Promise<never> {
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error(`interrupted by ${signal}`)));
    }
  });
  interrupted.catch(() => undefined);
  return interrupted;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
