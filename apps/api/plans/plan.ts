import {
  childLists,
  lists,
  mapChildLists,
  mapLists,
  type ChildList,
  type ListName,
  type RowTypes,
} from '../resources/resources.js';

/** One resource of a plan: created (`before` is null), updated, or deleted (`after` is null). */
export interface Step<Row> {
  before: Row | null;
  after: Row | null;
}

/** All steps of a change of the configuration, by kind of resource. An unchanged resource has no step. */
export type ConfigurationPlan = { [List in ListName]: Step<RowTypes[List]>[] };

/** All declared resources, by kind. */
export type ConfigurationRows = { [List in ListName]: RowTypes[List][] };

export function emptyPlan(): ConfigurationPlan {
  return mapLists<ConfigurationPlan>(() => []);
}

export function emptyRows(): ConfigurationRows {
  return mapLists<ConfigurationRows>(() => []);
}

export function isEmpty(plan: ConfigurationPlan): boolean {
  return lists.every((list) => plan[list].length === 0);
}

/** Plans the deletion of all these rows. */
export function planDeletion(rows: ConfigurationRows): ConfigurationPlan {
  const plan = emptyPlan();
  const add = <List extends ListName>(list: List, deleted: readonly RowTypes[List][]): void => {
    for (const before of deleted) plan[list].push({ before, after: null });
  };
  for (const list of lists) add(list, rows[list]);
  return plan;
}

/** The rows after a plan was applied. */
export function rowsAfter(rows: ConfigurationRows, plan: ConfigurationPlan): ConfigurationRows {
  const result = emptyRows();
  const add = <List extends ListName>(list: List, before: readonly RowTypes[List][]): void => {
    const changed = new Set<unknown>(plan[list].map((step) => step.before));
    for (const row of before) if (!changed.has(row)) result[list].push(row);
    for (const { after } of plan[list]) if (after !== null) result[list].push(after);
  };
  for (const list of lists) add(list, rows[list]);
  return result;
}

/** The rows of one tenant. */
export type ChildRows = { [List in ChildList]: RowTypes[List][] };

/** The rows of each tenant, by the id of the tenant. */
export function groupByTenant(rows: ChildRows): Map<string, ChildRows> {
  const groups = new Map<string, ChildRows>();
  const groupOf = (tenantId: string): ChildRows => {
    const group = groups.get(tenantId) ?? emptyChildRows();
    groups.set(tenantId, group);
    return group;
  };
  const add = <List extends ChildList>(list: List, own: readonly RowTypes[List][]): void => {
    for (const row of own) groupOf(row.tenantId)[list].push(row);
  };
  for (const list of childLists) add(list, rows[list]);
  return groups;
}

export function emptyChildRows(): ChildRows {
  return mapChildLists<ChildRows>(() => []);
}
