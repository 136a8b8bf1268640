import { isDeepStrictEqual } from 'node:util';
import { WorkSlice } from '#libs/async';
import { eachInSlices } from '../plans/each-in-slices.js';
import {
  emptyChildRows,
  emptyPlan,
  groupByTenant,
  type ChildRows,
  type ConfigurationPlan,
  type ConfigurationRows,
  type Step,
} from '../plans/plan.js';
import type { Resource, RowContext } from '../resources/resource.js';
import {
  childLists,
  resources,
  type ChildList,
  type DocumentTypes,
  type RowTypes,
} from '../resources/resources.js';
import type { ConfigurationDocument } from './configuration-document.js';
import { UnmatchedRows } from './unmatched-rows.js';

/**
 * Plans the steps from the rows to a document. Throws a `ProblemError` if the rows cannot become the
 * document.
 */
export async function planDocument(
  rows: ConfigurationRows,
  document: ConfigurationDocument,
  at: string,
): Promise<ConfigurationPlan> {
  const planning = new Planning(rows, at);
  await planning.addDocument(document);
  return planning.plan;
}

class Planning {
  readonly plan = emptyPlan();
  readonly #slice = new WorkSlice();
  readonly #children: Map<string, ChildRows>;

  constructor(
    private readonly rows: ConfigurationRows,
    private readonly at: string,
  ) {
    this.#children = groupByTenant(rows);
  }

  async addDocument({ tenants }: ConfigurationDocument): Promise<void> {
    const unmatched = await this.#unmatched(resources.tenants, this.rows.tenants);
    const matched = matchRows(resources.tenants, tenants, unmatched);
    for (const [index, tenant] of tenants.entries()) {
      const before = matched.get(tenant) ?? null;
      const context = { tenantId: before?.id ?? '', at: this.at, field: `tenants.${index}` };
      const after = resources.tenants.rowFrom(tenant, before, context);
      addStep(this.plan.tenants, before, after);
      for (const list of childLists) {
        await this.#addList(list, tenant[list], { ...context, tenantId: after.id });
      }
    }
    for (const tenant of unmatched.rest()) {
      addStep(this.plan.tenants, tenant, null);
      for (const list of childLists) this.#addDeletions(list, this.#childrenOf(tenant.id)[list]);
    }
  }

  async #addList<List extends ChildList>(
    list: List,
    documents: readonly DocumentTypes[List][],
    { tenantId, at, field }: RowContext,
  ): Promise<void> {
    const resource = resources[list];
    const unmatched = await this.#unmatched(resource, this.#childrenOf(tenantId)[list]);
    const matched = matchRows(resource, documents, unmatched);
    const add = (document: DocumentTypes[List], index: number): void => {
      const before = matched.get(document) ?? null;
      const context = { tenantId, at, field: `${field}.${list}.${index}` };
      addStep(this.plan[list], before, resource.rowFrom(document, before, context));
    };
    await eachInSlices(documents, add, this.#slice);
    for (const row of unmatched.rest()) addStep(this.plan[list], row, null);
  }

  #addDeletions<List extends ChildList>(list: List, rows: readonly RowTypes[List][]): void {
    for (const row of rows) addStep(this.plan[list], row, null);
  }

  #childrenOf(tenantId: string): ChildRows {
    return this.#children.get(tenantId) ?? emptyChildRows();
  }

  async #unmatched<Row extends { id: string }, Document>(
    { naturalKeyOf, documentOf }: Resource<Row, Document>,
    rows: readonly Row[],
  ): Promise<UnmatchedRows<Row>> {
    const unmatched = new UnmatchedRows<Row>();
    await eachInSlices(rows, (row) => unmatched.add(row, naturalKeyOf(documentOf(row))), this.#slice);
    return unmatched;
  }
}

/** Ids match first, so that a natural key finds only rows that no id has found. */
function matchRows<Row extends { id: string }, Document extends { id?: string | undefined }>(
  { naturalKeyOf }: Resource<Row, Document>,
  documents: readonly Document[],
  unmatched: UnmatchedRows<Row>,
): Map<Document, Row> {
  const matched = new Map<Document, Row>();
  for (const document of documents) {
    const row = unmatched.takeById(document.id);
    if (row !== null) matched.set(document, row);
  }
  for (const document of documents) {
    const row = document.id === undefined ? unmatched.takeByKey(naturalKeyOf(document)) : null;
    if (row !== null) matched.set(document, row);
  }
  return matched;
}

function addStep<Row extends object>(steps: Step<Row>[], before: Row | null, after: Row | null): void {
  // Compares copies, since rows from TypeORM have another prototype.
  if (before !== null && after !== null && isDeepStrictEqual({ ...before }, { ...after })) return;
  steps.push({ before, after });
}
