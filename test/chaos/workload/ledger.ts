import { isDeepStrictEqual } from 'node:util';
import { machineMs } from '../machine-clock.js';

export type ResourceKind = 'tenant' | 'route' | 'apiKey';

/** The fields that were written; null: the resource does not exist. */
export type Fields = Record<string, unknown> | null;

/** A resource that was written, and the states in which it may be. */
export interface Resource {
  kind: ResourceKind;
  tenant: string;
  /** Unique among the resources of this tenant and kind. */
  name: string;
  id: string | null;
  /** Of an API key. */
  secret: string | null;
  /** More than one where an answer was lost. */
  possible: Fields[];
}

/** The resources that the API has accepted, or may have. */
export class Ledger {
  readonly resources: Resource[] = [];
  /** When each accepted write had its answer. */
  readonly acceptedAtMs: number[] = [];
  /** Writes without an answer. */
  unknown = 0;
  /** Writes that were sent again with their Idempotency-Key and had been carried out. */
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

  /** The state of a resource; undefined where an answer was lost. */
  certain(resource: Resource): Fields | undefined {
    return resource.possible.length === 1 ? resource.possible[0] : undefined;
  }

  /** Decides by what an API has which state each uncertain resource is in. */
  settle(kind: ResourceKind, tenant: string, found: ReadonlyMap<string, Fields[]>): void {
    for (const resource of this.resources) {
      if (resource.kind !== kind || resource.tenant !== tenant || resource.possible.length === 1) continue;
      const state = found.get(resource.name)?.[0] ?? null;
      resource.possible = resource.possible.filter((fields) => matches(fields, state)).slice(0, 1);
    }
  }

  /** The violations of `found`, all that an API has of a kind and tenant, by name. */
  compare(kind: ResourceKind, tenant: string, found: ReadonlyMap<string, Fields[]>): string[] {
    const resources = this.resources.filter(
      (resource) => resource.kind === kind && resource.tenant === tenant,
    );
    const names = new Set(resources.map(({ name }) => name));
    const unknown = [...found.keys()].filter((name) => !names.has(name));
    return [
      ...unknown.map((name) => `${kind} ${name} of ${tenant} exists and was never written`),
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
