import { WorkSlice } from '#libs/async';
import { eachInSlices } from '../plans/each-in-slices.js';
import { groupByTenant, type ConfigurationRows } from '../plans/plan.js';
import type { Resource } from '../resources/resource.js';
import {
  childLists,
  mapChildLists,
  resources,
  type ChildList,
  type RowTypes,
} from '../resources/resources.js';
import type { TenantDocument } from '../resources/tenant.js';
import type { ConfigurationDocument, TenantLists, TenantWithLists } from './configuration-document.js';

/** The document of all rows. The same rows give the same document, in any order. */
export async function documentOf(rows: ConfigurationRows): Promise<ConfigurationDocument> {
  const children = groupByTenant(rows);
  const slice = new WorkSlice();
  const sorted: TenantDocument[] = [];
  await addSorted(sorted, resources.tenants, rows.tenants, slice);
  const tenants: TenantWithLists[] = [];
  for (const tenant of sorted) {
    const lists = mapChildLists<TenantLists>(() => []);
    const ownRows = children.get(tenant.id ?? '');
    for (const list of childLists) await addList(lists, list, ownRows?.[list] ?? [], slice);
    tenants.push({ ...tenant, ...lists });
  }
  return { version: 1, tenants };
}

function addList<List extends ChildList>(
  lists: TenantLists,
  list: List,
  rows: readonly RowTypes[List][],
  slice: WorkSlice,
): Promise<void> {
  return addSorted(lists[list], resources[list], rows, slice);
}

async function addSorted<Row extends { id: string }, Document>(
  documents: Document[],
  { documentOf, sortKeyOf }: Resource<Row, Document>,
  rows: readonly Row[],
  slice: WorkSlice,
): Promise<void> {
  const keyed: { key: string; document: Document }[] = [];
  const add = (row: Row): void => {
    const document = documentOf(row);
    keyed.push({ key: sortKeyOf(document), document });
  };
  await eachInSlices(rows, add, slice);
  keyed.sort((one, other) => (one.key < other.key ? -1 : 1));
  for (const { document } of keyed) documents.push(document);
}
