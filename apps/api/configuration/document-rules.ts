import { WorkSlice } from '#libs/async';
import type { FieldError } from '../http/field-error.js';
import { ProblemError } from '../http/problem-error.js';
import { eachInSlices } from '../plans/each-in-slices.js';
import { emptyRows } from '../plans/plan.js';
import type { PlaceBound, UniqueRule } from '../resources/resource.js';
import {
  childLists,
  lists,
  mapLists,
  resources,
  type ChildList,
  type ListName,
  type DocumentTypes,
  type RowTypes,
} from '../resources/resources.js';
import type { ConfigurationDocument } from './configuration-document.js';
import type { ScopedDocument } from './scoped-document.js';

const maxProblems = 100;

const nameRules: Readonly<Record<ListName, UniqueRule>> = mapLists<Record<ListName, UniqueRule>>((list) => ({
  code: 'name_conflict',
  message: `the name is repeated among the ${list} of the tenant, also at`,
}));
const idRule: UniqueRule = { code: 'validation_failed', message: 'the id is repeated, also at' };

/**
 * Throws for an inconsistent document: one that repeats a value that must be unique, in itself or in the rows
 * outside of its scope, or shares one among too many routes. An error has the id of such a row if its tenant
 * is visible. `hosts`, `limits.maxRoutes` and `limits.maxApiKeys` are not checked here.
 */
export async function requireConsistent(
  { tenants }: ConfigurationDocument,
  { rows, outside }: Pick<ScopedDocument, 'rows' | 'outside'> = { rows: emptyRows(), outside: emptyRows() },
  isVisible: (tenantId: string) => boolean = () => true,
): Promise<void> {
  const values = new UniqueValues();
  const slice = new WorkSlice();
  // A tenant of the document may have another slug than its row.
  const slugs = new Map([...outside.tenants, ...rows.tenants, ...tenants].map(({ id, slug }) => [id, slug]));
  for (const list of lists) await addOutside(values, list, outside[list], { slugs, isVisible, slice });
  for (const [index, tenant] of tenants.entries()) {
    const field = `tenants.${index}`;
    values.addResource('tenants', tenant, field, '');
    const owner = tenant.slug;
    for (const list of childLists) await addList(values, list, tenant[list], { field, owner, slice });
  }
  values.requireUnique();
}

interface OutsideContext {
  slugs: ReadonlyMap<string | undefined, string>;
  isVisible: (tenantId: string) => boolean;
  slice: WorkSlice;
}

function addOutside<List extends ListName>(
  values: UniqueValues,
  list: List,
  rows: readonly RowTypes[List][],
  { slugs, isVisible, slice }: OutsideContext,
): Promise<void> {
  const { documentOf, tenantIdOf } = resources[list];
  const add = (row: RowTypes[List]): void => {
    const owner = slugs.get(tenantIdOf(row)) ?? '';
    const shown = isVisible(tenantIdOf(row)) ? row.id : 'of another tenant';
    values.addResource(list, documentOf(row), `outside of the scope: ${shown}`, owner);
  };
  return eachInSlices(rows, add, slice);
}

function addList<List extends ChildList>(
  values: UniqueValues,
  list: List,
  documents: readonly DocumentTypes[List][],
  { field, owner, slice }: { field: string; owner: string; slice: WorkSlice },
): Promise<void> {
  const add = (document: DocumentTypes[List], index: number): void =>
    values.addResource(list, document, `${field}.${list}.${index}`, owner);
  return eachInSlices(documents, add, slice);
}

/**
 * The values that must be unique, by rule, with the path of their first occurrence, and the numbers of
 * resources that share other values.
 */
class UniqueValues {
  readonly #shared = new Map<string, number>();
  readonly #rules = new Map<UniqueRule, { fields: Map<string, string>; repeated: FieldError[] }>();

  /** `owner` is the slug of the tenant. */
  addResource<List extends ListName>(
    list: List,
    document: DocumentTypes[List],
    field: string,
    owner: string,
  ): void {
    this.#add(idRule, document.id, `${field}.id`);
    const name = resources[list].documentNameOf?.(document) ?? '';
    if (name !== '') this.#add(nameRules[list], `${owner} ${name}`, `${field}.name`);
    for (const { rule, value, field: path } of resources[list].documentUniquesOf(document)) {
      this.#add(rule, value, `${field}.${path}`);
    }
    const shared = resources[list].documentSharedOf?.(document);
    if (shared && shared.place !== null) this.#share(shared.place, shared.bound, `${field}.match`);
  }

  #share(place: string, { max, message }: PlaceBound, field: string): void {
    const count = (this.#shared.get(place) ?? 0) + 1;
    this.#shared.set(place, count);
    if (count > max) throw new ProblemError('validation_failed', { errors: [{ field, message }] });
  }

  #add(rule: UniqueRule, value: string | undefined, field: string): void {
    const { fields, repeated } = this.#rules.get(rule) ?? { fields: new Map<string, string>(), repeated: [] };
    this.#rules.set(rule, { fields, repeated });
    if (value === undefined) return;
    const first = fields.get(value);
    if (first === undefined) fields.set(value, field);
    else repeated.push({ field, code: 'repeated', message: `${rule.message} ${first}` });
  }

  requireUnique(): void {
    for (const [{ code }, { repeated }] of this.#rules) {
      if (repeated.length > 0) throw new ProblemError(code, { errors: repeated.slice(0, maxProblems) });
    }
  }
}
