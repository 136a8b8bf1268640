import fc from 'fast-check';
import { setImmediate as nextTurn } from 'node:timers/promises';

const casesPerTurn = 200;
/** A counterexample that only shows when a wait is over would take hours to be shrunk to the end. */
const maxShrinkMs = 60_000;

/** Which cases to try: the same seed gives the same ones. `path` is where fast-check found a counterexample. */
export interface FuzzRun {
  seed: number;
  cases: number;
  path?: string | undefined;
  /** Called before each case, those of the shrinking included. */
  onCase?(): void;
}

/** A counterexample, as small as fast-check could make it. */
export interface Counterexample {
  path: string;
  report: string;
}

/** One claim that holds for all cases. */
export interface FuzzProperty {
  name: string;
  claim: string;
  /** How much of all cases it gets; the shares of all properties add up to 1. */
  share: number;
  /** Null when the claim held. */
  check(run: FuzzRun): Promise<Counterexample | null>;
}

interface Definition<Case> extends Omit<FuzzProperty, 'check'> {
  cases: fc.Arbitrary<Case>;
  /** Throws, or rejects, for a counterexample. */
  holds: (example: Case) => void | Promise<void>;
  /** Gives back what the cases shared. */
  close?: () => Promise<void>;
}

export function fuzzProperty<Case>(definition: Definition<Case>): FuzzProperty {
  const { name, claim, share, holds, close } = definition;
  const check = async (run: FuzzRun): Promise<Counterexample | null> => {
    const cases = withTurns(withBoundedShrinking(holds));
    const property = fc.asyncProperty(definition.cases, (example) => {
      run.onCase?.();
      return cases(example);
    });
    const details = await fc.check(property, {
      seed: run.seed,
      numRuns: run.cases,
      ...(run.path === undefined ? {} : { path: run.path }),
    });
    await close?.();
    if (!details.failed) return null;
    const report = `${fc.defaultReportMessage(details) ?? ''}\n${String(details.errorInstance)}`;
    return { path: details.counterexamplePath ?? '', report };
  };
  return { name, claim, share, check };
}

type Holds<Case> = (example: Case) => void | Promise<void>;

// Streams put a little work off for each write, which would pile up over a hundred thousand cases.
function withTurns<Case>(holds: Holds<Case>): (example: Case) => Promise<void> {
  let count = 0;
  return async (example) => {
    count += 1;
    if (count % casesPerTurn === 0) await nextTurn();
    await holds(example);
  };
}

// When the time is over, every smaller case counts as one that holds, so that the smallest one so far stands.
function withBoundedShrinking<Case>(holds: Holds<Case>): (example: Case) => Promise<void> {
  let shrinkUntil = Infinity;
  return async (example) => {
    if (performance.now() > shrinkUntil) return;
    try {
      await holds(example);
    } catch (error) {
      shrinkUntil = Math.min(shrinkUntil, performance.now() + maxShrinkMs);
      throw error;
    }
  };
}
