import { parseArgs } from 'node:util';
import { fuzzProperties } from './fuzz-properties.js';
import type { FuzzProperty } from './fuzz-property.js';

const progressEveryMs = 5000;

const usage = `npm run fuzz -- [--cases 100000] [--seed <number>] [--property <name>] [--path <path>]
  --cases     cases in all, shared out among the properties
  --seed      the same seed tries the same cases; a random one unless given, and printed
  --property  this one only, with all of its share
  --path      go straight to a counterexample that an earlier run printed`;

interface Options {
  cases: number;
  seed: number;
  property: string | undefined;
  path: string | undefined;
}

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  const properties = fuzzProperties().filter(({ name }) => name === (options?.property ?? name));
  if (!options || properties.length === 0) {
    print(usage);
    return 2;
  }
  print(`seed ${options.seed}`);
  const startedAt = performance.now();
  let tried = 0;
  for (const property of properties) {
    const cases = await fuzz(property, options);
    if (cases === null) return 1;
    tried += cases;
  }
  print(`${count(tried)} cases, no counterexample, ${seconds(startedAt)} s`);
  return 0;
}

/** The number of cases that held; null if there was a counterexample. */
async function fuzz(property: FuzzProperty, { cases: all, seed, path }: Options): Promise<number | null> {
  const { name, claim } = property;
  const cases = Math.max(1, Math.round(all * property.share));
  print(`\n${name}: ${count(cases)} cases\n  ${claim}`);
  const startedAt = performance.now();
  let tried = 0;
  let printedAt = startedAt;
  const onCase = (): void => {
    tried += 1;
    if (performance.now() - printedAt < progressEveryMs) return;
    printedAt = performance.now();
    print(`  ${count(tried)} of ${count(cases)}, ${seconds(startedAt)} s`);
  };
  const counterexample = await property.check({ seed, cases, path, onCase });
  if (!counterexample) {
    print(`  held, ${seconds(startedAt)} s`);
    return cases;
  }
  print(`  FAILED\n\n${counterexample.report}\n`);
  print(`to repeat: npm run fuzz -- --seed ${seed} --property ${name} --path ${counterexample.path}`);
  return null;
}

/** Null if the options are not valid. */
function readOptions(): Options | null {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({ options: { cases: text, seed: text, property: text, path: text } });
    const cases = Number(values.cases ?? 100_000);
    const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
    const isSound = Number.isSafeInteger(cases) && cases > 0 && Number.isInteger(seed);
    return isSound ? { cases, seed, property: values.property, path: values.path } : null;
  } catch {
    return null;
  }
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function seconds(startedAt: number): string {
  return ((performance.now() - startedAt) / 1000).toFixed(1);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
