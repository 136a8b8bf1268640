import { MoreThan, type EntityManager, type EntitySchema, type ObjectLiteral } from 'typeorm';

// Parsing a page of routes takes a few milliseconds; other requests are served between pages.
const pageSize = 250;

/** Reads the rows of an entity that match a condition, page by page, ordered by id. */
export async function* pagesOf<Row extends { id: string }>(
  manager: EntityManager,
  entity: EntitySchema<Row>,
  where: ObjectLiteral = {},
): AsyncGenerator<Row[]> {
  let after = '';
  for (;;) {
    const page = await manager
      .createQueryBuilder(entity, 'row')
      .where({ ...where, id: MoreThan(after) })
      .orderBy('row.id')
      .take(pageSize)
      .getMany();
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.id;
  }
}
