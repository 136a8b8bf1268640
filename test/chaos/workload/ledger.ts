import { isDeepStrictEqual } from 'node:util';
import { machineMs } from '../machine-clock.js';

export type ResourceKind = 'tenant' | 'route' | 'apiKey';

/** The written fields; null: the resource does not exist. */
export type Fields = Record<string, unknown> | null;

/** A written resource, and the states in which it may be. */
export interface Resource {
  kind: ResourceKind;
  tenant: string;
  /** Unique among the resources of this tenant and kind. */
  name: string;
  id: string | null;
  /** The secret of an API key. */
  secret: string | null;
  /** More than one if an answer was lost. */
  possible: Fields[];
}

/** The resources that the API has accepted or may have accepted. */
export class Ledger {
  readonly resources: Resource[] = [];
  /** The times of the answers to accepted writes. */
  readonly acceptedAtMs: number[] = [];
  /** Writes without an answer. */
  unknown = 0;
  /** Retries with an Idempotency-Key whose first attempt had been carried out. */
  replayed = 0;
  /** Answers that no fault explains. */
  readonly unexpectedAnswers: string[] = [];

  accept(): void {
    this.acceptedAtMs.push(machineMs());
  }

  add(resource: Omit<Resource, 'possible'>, ...possible: Fields[]): Resource {
    const added = { ...resource, possible };
    this.resources.push(added);
    return added;
  }

  /** The state of a resource; undefined if an answer was lost. */
  certain(resource: Resource): Fields | undefined {
    return resource.possible.length === 1 ? resource.possible[0] : undefined;
  }

  /** Decides the state of each uncertain resource by the state at an API. */
  settle(kind: ResourceKind, tenant: string, found: ReadonlyMap<string, Fields[]>): void {
    for (const resource of this.resources) {
      if (resource.kind !== kind || resource.tenant !== tenant || resource.possible.length === 1) continue;
      const state = found.get(resource.name)?.[0] ?? null;
      resource.possible = resource.possible.filter((fields) => matches(fields, state)).slice(0, 1);
    }
  }

  /** The violations of `found`: all resources of a kind and tenant at an API, by name. */
  compare(kind: ResourceKind, tenant: string, found: ReadonlyMap<string, Fields[]>): string[] {
    const resources = this.resources.filter(
      (resource) => resource.kind === kind && resource.tenant === tenant,
    );
    const names = new Set(resources.map(({ name }) => name));
    const unknown = [...found.keys()].filter((name) => !names.has(name));
    return [
      ...unknown.map((name) => `${kind} ${name} of ${tenant} exists but was never written`),
      ...resources.flatMap((resource) => discrepancyOf(resource, found.get(resource.name) ?? [])),
    ];
  }
}

function discrepancyOf({ kind, tenant, name, possible }: Resource, found: readonly Fields[]): string[] {
  if (found.length > 1) return [`${kind} ${name} of ${tenant} exists ${found.length} times`];
  const state = found[0] ?? null;
  if (possible.some((fields) => matches(fields, state))) return [];
  const expected = possible.map((fields) => JSON.stringify(fields)).join(' or ');
  return [`${kind} ${name} of ${tenant}: expected ${expected}, found ${JSON.stringify(state)}`];
}

function matches(expected: Fields, found: Fields): boolean {
  if (expected === null || found === null) return expected === found;
  return Object.entries(expected).every(([field, value]) => isDeepStrictEqual(found[field], value));
}
