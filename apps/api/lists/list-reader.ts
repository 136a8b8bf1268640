import { Injectable, Optional } from '@nestjs/common';
import { Database } from '../database/database.js';
import { StoredEntity } from '../database/stored-entity.js';
import type { Condition } from './condition.js';
import { cursorAfter, positionOf } from './cursor.js';
import type { ListItems } from './list-items.js';
import type { ListPage } from './list-page.js';
import type { ListQuery } from './list-query.js';
import type { Listing } from './listing.js';
import { countAll } from './count-all.js';
import { readRows } from './read-rows.js';
import { selectPage } from './select-page.js';
import { selectionOf, type ListBounds } from './selection.js';

/** Reads pages of any list. */
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
    items: ListItems<Row, Item>,
  ): Promise<ListPage<Item>> {
    const { read } = this.database;
    const selection = selectionOf(listing, sort, conditions, this.bounds);
    const page = { selection, after: positionOf(selection, cursor), limit: limit + 1 };
    const entity = new StoredEntity(read, listing.entity);
    const found = await selectPage(read, page, (positions) => readRows(read, entity, selection, positions));
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const tagged = shown.flatMap(({ columns }) => (columns === null ? [] : [items.of(entity, columns)]));
    return {
      items: tagged.map(({ item }) => item),
      etags: tagged.map(({ etag }) => etag),
      nextCursor: found.length > limit && last !== undefined ? cursorAfter(selection, last) : null,
      ...(total && { total: await countAll(read, selection) }),
    };
  }
}
