import type { SqlRunner } from '../../apps/api/database/sql.js';
import type { ListCases } from './list-cases.js';
import { milliseconds } from './milliseconds.js';

type PlanRow = Record<string, unknown>;

/** The plans of the statements for the first page of a list, without counts, as the database explains. */
export async function explainList(
  runner: SqlRunner,
  { name, runFirst }: ListCases,
  filter: string,
  { query, conditions }: ReturnType<ListCases['parse']>,
  slowestMs: number,
): Promise<string> {
  const plans: string[] = [];
  const explaining: SqlRunner = {
    connection: runner.connection,
    query: async (text, values) => {
      if (!text.startsWith('SELECT count')) plans.push(await planOf(runner, text, values));
      return runner.query(text, values);
    },
  };
  await runFirst(explaining, query, conditions);
  const head = `${name}, ${filter || 'no filter'}, ${query.sort}: at most ${milliseconds(slowestMs)}`;
  return [head, ...(plans.length === 0 ? ['  no rows meet a condition'] : plans)].join('\n');
}

async function planOf(runner: SqlRunner, text: string, values: unknown[] | undefined): Promise<string> {
  const isPostgres = runner.connection.options.type === 'postgres';
  const explain = isPostgres ? 'EXPLAIN' : 'EXPLAIN QUERY PLAN';
  const rows = await runner.query<PlanRow[]>(`${explain} ${text}`, values);
  return rows.map((row) => `  ${String(row[isPostgres ? 'QUERY PLAN' : 'detail'])}`).join('\n');
}
