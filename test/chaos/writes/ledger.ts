import { isDeepStrictEqual } from 'node:util';
import { machineMs } from '../machine-clock.js';

export type ThingKind = 'tenant' | 'route' | 'apiKey';

/** The fields of a thing that were written; null: it is not there. */
export type Fields = Record<string, unknown> | null;

/** A thing that was written to, and the states in which it may be. */
export interface Thing {
  kind: ThingKind;
  tenant: string;
  /** By which it is found again; no other thing of this tenant and kind has it. */
  name: string;
  id: string | null;
  /** Of an API key. */
  secret: string | null;
  /** More than one where an answer was lost: what it is then, only the database knows. */
  possible: Fields[];
}

/** What the API has accepted, and what it may have. */
export class Ledger {
  readonly things: Thing[] = [];
  /** When each accepted write had its answer. */
  readonly acceptedAtMs: number[] = [];
  /** Writes of which nobody heard whether they were carried out. */
  unknown = 0;
  /** Of those that were sent again with their Idempotency-Key: how many were carried out already. */
  replayed = 0;
  /** Answers that no fault explains. */
  readonly surprises: string[] = [];

  accept(): void {
    this.acceptedAtMs.push(machineMs());
  }

  add(thing: Omit<Thing, 'possible'>, ...possible: Fields[]): Thing {
    const added = { ...thing, possible };
    this.things.push(added);
    return added;
  }

  /** The state of a thing whose every answer came; undefined for the others. */
  certain(thing: Thing): Fields | undefined {
    return thing.possible.length === 1 ? thing.possible[0] : undefined;
  }

  /** Where an answer was lost, what was found says which it was. */
  settle(kind: ThingKind, tenant: string, found: ReadonlyMap<string, Fields[]>): void {
    for (const thing of this.things) {
      if (thing.kind !== kind || thing.tenant !== tenant || thing.possible.length === 1) continue;
      const state = found.get(thing.name)?.[0] ?? null;
      thing.possible = thing.possible.filter((fields) => matches(fields, state)).slice(0, 1);
    }
  }

  /** What is wrong with `found`, which is all that an API has of a kind and tenant, by name. */
  compare(kind: ThingKind, tenant: string, found: ReadonlyMap<string, Fields[]>): string[] {
    const things = this.things.filter((thing) => thing.kind === kind && thing.tenant === tenant);
    const names = new Set(things.map(({ name }) => name));
    const strangers = [...found.keys()].filter((name) => !names.has(name));
    return [
      ...strangers.map((name) => `${kind} ${name} of ${tenant} is there, and nobody wrote it`),
      ...things.flatMap((thing) => discrepancyOf(thing, found.get(thing.name) ?? [])),
    ];
  }
}

function discrepancyOf({ kind, tenant, name, possible }: Thing, found: readonly Fields[]): string[] {
  if (found.length > 1) return [`${kind} ${name} of ${tenant} is there ${found.length} times`];
  const state = found[0] ?? null;
  if (possible.some((fields) => matches(fields, state))) return [];
  const expected = possible.map((fields) => JSON.stringify(fields)).join(' or ');
  return [`${kind} ${name} of ${tenant}: expected ${expected}, found ${JSON.stringify(state)}`];
}

function matches(expected: Fields, found: Fields): boolean {
  if (expected === null || found === null) return expected === found;
  return Object.entries(expected).every(([field, value]) => isDeepStrictEqual(found[field], value));
}
