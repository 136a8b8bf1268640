import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { limitedTerm } from './limited-term.js';
import type { ListTables } from './listing.js';
import { nameOf, runSql, sql } from '../database/sql.js';

export const maxListed = 100;

const idsSchema = z.array(z.object({ id: z.string() }));

/** The ids of the first routes or keys of a tenant that have a limit or quota, after an id, from an index. */
export async function limitedIds(
  manager: EntityManager,
  { terms }: ListTables,
  tenantId: string,
  after: string,
): Promise<string[]> {
  const found = sql`term = ${limitedTerm(tenantId)} AND id > ${after}`;
  const statement = sql`SELECT id FROM ${nameOf(terms)} WHERE ${found} ORDER BY id LIMIT ${maxListed}`;
  return idsSchema.parse(await runSql(manager, statement)).map(({ id }) => id);
}
