import { parseArgs } from 'node:util';
import { longSchedule, shortSchedule } from './faults/schedule.js';
import { ChaosPerformance, type PerformanceInput } from './performance.js';

const usage = `npm run chaos -- [--seed <number>] [--seconds 300] [--short] [--logs <folder>]
  --seed     the same seed draws the same faults at the same times; a random one unless given, and printed
  --seconds  for how long there are faults
  --short    half a minute with a fixed list of faults, as in npm test
  --logs     where the logs of all processes are kept`;

const shownViolations = 40;
const sizes = {
  long: { steady: 240, pushing: 90, limit: 30, narrowLimit: 12 },
  short: { steady: 60, pushing: 45, limit: 15, narrowLimit: 6 },
};

interface Options {
  seed: number;
  seconds: number;
  short: boolean;
  logs: string | null;
}

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (!options) {
    print(usage);
    return 2;
  }
  const { seed, seconds, short } = options;
  print(`seed ${seed}`);
  const violations = await new ChaosPerformance(inputOf(options)).run();
  if (violations.length === 0) {
    print('\nnothing was violated');
    return 0;
  }
  print(`\n${violations.length} VIOLATIONS`);
  for (const violation of violations.slice(0, shownViolations)) print(`  ${violation}`);
  print(`again: npm run chaos -- --seed ${seed} ${short ? '--short' : `--seconds ${seconds}`}`);
  return 1;
}

function inputOf({ seed, seconds, short, logs }: Options): PerformanceInput {
  const size = short ? sizes.short : sizes.long;
  const schedule: PerformanceInput['schedule'] = short
    ? shortSchedule
    : (random) => longSchedule(random, seconds * 1000);
  return { seed, size, schedule, writers: short ? 2 : 4, print, folder: logs };
}

/** Null when they make no sense. */
function readOptions(): Options | null {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      options: { seed: text, seconds: text, short: flag, logs: text, help: flag },
    });
    const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
    const seconds = Number(values.seconds ?? 300);
    const isSound = Number.isInteger(seed) && seconds > 0 && !values.help;
    return isSound ? { seed, seconds, short: values.short, logs: values.logs ?? null } : null;
  } catch {
    return null;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
