import { newId } from '#libs/contract';
import type { Database } from '../../apps/api/database/database.js';
import { RouteEntity, type RouteRow } from '../../apps/api/database/entities/route.entity.js';
import { resources } from '../../apps/api/resources/resources.js';
import { deleteRows, insertRows } from '../../apps/api/resources/stored-rows.js';
import { milliseconds } from './milliseconds.js';
import { quantile } from './quantile.js';

const writes = 30;
const many = 1000;

/** What the copies of rows for lists cost: writes with them, and of the row alone. */
export async function measureWrites(database: Database): Promise<string[][]> {
  const [template] = await database.read.find(RouteEntity, { take: 1 });
  if (template === undefined) throw new Error('there is no route to copy');
  const copies = (count: number): RouteRow[] =>
    Array.from({ length: count }, () => ({ ...template, id: newId('route'), claim: null, nameClaim: null }));
  const alone: number[] = [];
  const complete: number[] = [];
  for (let write = 0; write < writes; write += 1) {
    alone.push(await timeOf(database, copies(1), false));
    complete.push(await timeOf(database, copies(1), true));
  }
  const rows = [
    ['a route, its row alone', '', milliseconds(quantile(alone, 0.5)), milliseconds(quantile(alone, 0.99))],
    ['a route', '', milliseconds(quantile(complete, 0.5)), milliseconds(quantile(complete, 0.99))],
  ];
  const aloneMs = await timeOf(database, copies(many), false);
  const completeMs = await timeOf(database, copies(many), true);
  return [
    ...rows,
    ['1,000 routes, their rows alone', '', milliseconds(aloneMs), ''],
    ['1,000 routes', '', milliseconds(completeMs), ''],
  ];
}

/** Inserts rows in a transaction, and deletes them again. */
async function timeOf(database: Database, rows: RouteRow[], isComplete: boolean): Promise<number> {
  const startedAtMs = performance.now();
  await database.write(async (manager) => {
    if (isComplete) return insertRows(manager, resources.routes, rows);
    for (let start = 0; start < rows.length; start += 100) {
      await manager.insert(RouteEntity, rows.slice(start, start + 100));
    }
  });
  const ms = performance.now() - startedAtMs;
  await database.write((manager) => deleteRows(manager, resources.routes, rows));
  return ms;
}
