import { parseArgs } from 'node:util';
import { longSchedule, shortSchedule } from './faults/schedule.js';
import { ChaosPerformance, type PerformanceInput } from './performance.js';
import { playDiskFull } from './scenes/disk-full.js';
import { playFromFile } from './scenes/from-file.js';
import { playRedisAway } from './scenes/redis-away.js';

const scenes = ['redis-away', 'from-file', 'disk-full'] as const;

const usage = `npm run chaos -- [--seed <number>] [--seconds 300] [--short] [--scene ${scenes.join('|')}] [--logs <folder>]
  --seed     the same seed draws the same faults at the same times; a random one unless given, and printed
  --seconds  for how long there are faults; with --scene redis-away, for how long it is away
  --short    half a minute with a fixed list of faults, as in npm test
  --scene    this one alone
  --logs     where the logs of all processes are kept`;

const shownViolations = 40;
const sizes = {
  long: { steady: 240, pushing: 90, limit: 30, narrowLimit: 12 },
  short: { steady: 60, pushing: 45, limit: 15, narrowLimit: 6 },
};
// An API that publishes is replaced within 4 s; a gateway that lost Redis is back within 2 s and counts alone for 3 more; one whose
// connections went silent needs 7 s to notice. The rest is for a busy machine.
const agreementTimeoutMs = 25_000;

interface Options {
  seed: number;
  seconds: number | null;
  short: boolean;
  scene: (typeof scenes)[number] | null;
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
  const violations = await play(options);
  if (violations.length === 0) {
    print('\nnothing was violated');
    return 0;
  }
  print(`\n${violations.length} VIOLATIONS`);
  for (const violation of violations.slice(0, shownViolations)) print(`  ${violation}`);
  print(`again: npm run chaos -- ${['--seed', options.seed, ...withoutSeed(given)].join(' ')}`);
  return 1;
}

async function play(options: Options): Promise<string[]> {
  const { seed, seconds, short, scene, logs: folder } = options;
  const size = short ? sizes.short : sizes.long;
  const input = { seed, size, print, folder, interrupted: untilInterrupted() };
  switch (scene) {
    case 'redis-away':
      return playRedisAway({ ...input, awayMs: (seconds ?? 60) * 1000 });
    case 'from-file':
      return playFromFile(input);
    case 'disk-full':
      return playDiskFull(input);
    case null: {
      const schedule: PerformanceInput['schedule'] = short
        ? shortSchedule
        : (random) => longSchedule(random, (seconds ?? 300) * 1000);
      const writers = short ? 2 : 4;
      // On a stage of its own, so that it may go on at the same time.
      const plays = await Promise.allSettled([
        new ChaosPerformance({ ...input, schedule, writers, agreementTimeoutMs }).run(),
        playDiskFull(input),
      ]);
      // Each has put away what it started, whatever became of the other.
      return plays.flatMap((play) => (play.status === 'fulfilled' ? play.value : [String(play.reason)]));
    }
  }
}

/** Null when they make no sense. */
function readOptions(args: string[]): Options | null {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { seed: text, seconds: text, short: flag, scene: text, logs: text, help: flag };
  try {
    const { values } = parseArgs({ args, options });
    const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
    const seconds = values.seconds === undefined ? null : Number(values.seconds);
    const scene = scenes.find((name) => name === values.scene) ?? null;
    const isSound = Number.isInteger(seed) && (seconds === null || seconds > 0);
    if (!isSound || values.help || (values.scene !== undefined && scene === null)) return null;
    return { seed, seconds, short: values.short, scene, logs: values.logs ?? null };
  } catch {
    return null;
  }
}

function withoutSeed(given: readonly string[]): string[] {
  const at = given.indexOf('--seed');
  return at === -1 ? [...given] : [...given.slice(0, at), ...given.slice(at + 2)];
}

// So that no process of the cast outlives this one.
function untilInterrupted(): Promise<never> {
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error(`ended by ${signal}`)));
    }
  });
  interrupted.catch(() => undefined);
  return interrupted;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
