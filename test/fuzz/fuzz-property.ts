import fc from 'fast-check';
import { setImmediate as nextTurn } from 'node:timers/promises';

const casesPerTurn = 200;
/**
 * The time limit of shrinking: a counterexample that fails only after a timeout would take hours to shrink
 * completely.
 */
const maxShrinkMs = 60_000;

/** The cases to try: the same seed gives the same cases. `path` is fast-check's path to a counterexample. */
export interface FuzzRun {
  seed: number;
  cases: number;
  path?: string | undefined;
  /** Called before each case, including those of shrinking. */
  onCase?(): void;
}

/** The smallest counterexample that fast-check found. */
export interface Counterexample {
  path: string;
  report: string;
}

/** One claim that must hold for all cases. */
export interface FuzzProperty {
  name: string;
  claim: string;
  /** The share of all cases; the shares of all properties add up to 1. */
  share: number;
  /** Null if the claim held. */
  check(run: FuzzRun): Promise<Counterexample | null>;
}

interface Definition<Case> extends Omit<FuzzProperty, 'check'> {
  cases: fc.Arbitrary<Case>;
  /** Throws or rejects for a counterexample. */
  holds: (example: Case) => void | Promise<void>;
  /** Releases the resources that the cases share. */
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

// Streams defer some work for each write, which would pile up over a hundred thousand cases.
function withTurns<Case>(holds: Holds<Case>): (example: Case) => Promise<void> {
  let count = 0;
  return async (example) => {
    count += 1;
    if (count % casesPerTurn === 0) await nextTurn();
    await holds(example);
  };
}

// After the time limit every smaller case counts as holding, so that the smallest counterexample so far is
// the result.
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
