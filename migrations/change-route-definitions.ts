import type { QueryRunner } from 'typeorm';
import { z } from 'zod';

const pageSize = 500;

const rowsSchema = z.array(z.object({ id: z.string(), definition: z.string() }));
const definitionSchema = z.record(z.string(), z.unknown());
type Definition = z.output<typeof definitionSchema>;

/**
 * Changes the definition of every stored route, page by page; writes those that differ, and resolves to their
 * number. Uses SQL that both databases understand: the query builder would convert values by the current
 * entities.
 */
export async function changeRouteDefinitions(
  runner: QueryRunner,
  change: (definition: Definition) => Definition,
): Promise<number> {
  let after = '';
  let changedCount = 0;
  for (;;) {
    const select = 'SELECT id, definition FROM routes WHERE id > $1 ORDER BY id LIMIT $2';
    const rows = rowsSchema.parse(await runner.query(select, [after, pageSize]));
    for (const { id, definition } of rows) {
      after = id;
      const changed = JSON.stringify(change(definitionSchema.parse(JSON.parse(definition))));
      if (changed === definition) continue;
      await runner.query('UPDATE routes SET definition = $1 WHERE id = $2', [changed, id]);
      changedCount += 1;
    }
    if (rows.length < pageSize) return changedCount;
  }
}
