import type { EntityManager } from 'typeorm';
import { pageStatement, selectionOf } from '../../apps/api/lists/select-page.js';
import type { ListCases } from './list-cases.js';
import { milliseconds } from './milliseconds.js';

type PlanRow = Record<string, unknown>;

/** The plan of the first page of a list, as the database explains it. */
export async function explainList(
  manager: EntityManager,
  { name, listing }: ListCases,
  filter: string,
  { query, conditions }: ReturnType<ListCases['parse']>,
  slowestMs: number,
): Promise<string> {
  const selection = selectionOf(listing, query.sort, conditions);
  const statement = await pageStatement(manager, selection, null, query.limit + 1);
  const head = `${name}, ${filter || 'no filter'}, ${query.sort}: at most ${milliseconds(slowestMs)}`;
  if (statement === null) return `${head}\n  no rows meet a condition`;
  const { text, values } = statement.toQuery();
  const isPostgres = manager.connection.options.type === 'postgres';
  const rows = await manager.query<PlanRow[]>(`EXPLAIN ${isPostgres ? '' : 'QUERY PLAN '}${text}`, values);
  const lines = rows.map((row) => String(row[isPostgres ? 'QUERY PLAN' : 'detail']));
  return [head, ...lines.map((line) => `  ${line}`)].join('\n');
}
