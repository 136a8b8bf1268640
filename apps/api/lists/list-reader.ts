import { Injectable, Optional } from '@nestjs/common';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { Database } from '../database/database.js';
import { isPostgres } from '../database/sql.js';
import { entityTag } from '../http/etag.js';
import type { Condition } from './condition.js';
import { cursorAfter, positionOf } from './cursor.js';
import type { ListPage } from './list-page.js';
import type { ListQuery } from './list-query.js';
import type { Listing } from './listing.js';
import { countAll } from './count-all.js';
import { selectPage } from './select-page.js';
import { selectionOf, type ListBounds } from './selection.js';

/** Reads pages of any list: finds the ids of a page in indexes, and then the resources. */
@Injectable()
export class ListReader {
  constructor(
    private readonly database: Database,
    @Optional() private readonly bounds?: ListBounds,
  ) {}

  async list<Row extends { id: string }, Item extends object>(
    listing: Listing<Row>,
    { sort, cursor, limit, total }: ListQuery,
    conditions: readonly Condition[],
    toItem: (row: Row) => Item,
  ): Promise<ListPage<Item>> {
    const selection = selectionOf(listing, sort, conditions, this.bounds);
    const after = positionOf(selection, cursor);
    const found = await selectPage(this.database.read, selection, after, limit + 1);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const items = (await this.#rowsOf(listing, shown)).map(toItem);
    return {
      items,
      etags: items.map(entityTag),
      nextCursor: found.length > limit && last !== undefined ? cursorAfter(selection, last) : null,
      ...(total && { total: await countAll(this.database.read, selection) }),
    };
  }

  /** The rows in the order of their ids; a row that was deleted meanwhile is left out. */
  async #rowsOf<Row extends { id: string }>(
    { entity }: Listing<Row>,
    positions: readonly { id: string }[],
  ): Promise<Row[]> {
    if (positions.length === 0) return [];
    const ids = positions.map(({ id }) => id);
    const { read } = this.database;
    const rows = await rowsWithIds(read.createQueryBuilder(entity, 'row'), ids).getMany();
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }
}

/** One parameter for all ids: TypeORM replaces each parameter in the text of the statement. */
function rowsWithIds<Row extends ObjectLiteral>(
  rows: SelectQueryBuilder<Row>,
  ids: readonly string[],
): SelectQueryBuilder<Row> {
  return isPostgres(rows)
    ? rows.where('row.id = ANY (:ids)', { ids })
    : rows.where('row.id IN (SELECT value FROM json_each(:ids))', { ids: JSON.stringify(ids) });
}
