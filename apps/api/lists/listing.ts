import type { EntitySchema } from 'typeorm';
import type { ResourceLabelRow } from '../database/entities/resource-label.entity.js';

/** The tables of a list: its rows, with the columns for filters and sorting, and the terms that find them. */
export interface ListTables {
  readonly rows: string;
  readonly terms: string;
  /** The kind of the resources in the table of labels. */
  readonly labelKind: ResourceLabelRow['kind'];
}

/**
 * All that differs by the kind of resource in a list. Its rows are stored a second time with these columns
 * only, so that a list reads narrow rows from indexes, and the resources themselves only for one page.
 */
export interface Listing<Row extends { id: string }> {
  readonly entity: EntitySchema<Row>;
  readonly tables: ListTables;
  /** The columns with an index that begins with them. */
  readonly indexed: readonly string[];
  /** The column by which an index sorts the rows of each tenant; null if there is none. */
  readonly sortedInTenant: string | null;
  /** The columns besides the id: text that is never null, and booleans. */
  readonly columnsOf: (row: Row) => Record<string, string | boolean>;
  /** The texts besides its columns that find the resource. */
  readonly termsOf: (row: Row) => string[];
}
