import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { idSchema, usageCounterNames, type UsageCounters } from '#libs/contract';
import { Database } from '../database/database.js';
import type { Page } from '../http/page.js';
import { isPlatformOperator, type Principal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import type { RequestContext } from '../http/request-context.js';
import { tenantsInView } from '../resources/find-tenant.js';
import type { HistoryQuery, UsagePeriod } from './usage-history-query.js';
import { usageTables } from './usage-tables.js';

type GroupColumn = 'tenantId' | 'routeId' | 'apiKeyId';
/** A row of a table, or the sum of several; Postgres returns sums as text. */
type SummedRow = { period: number } & Partial<Record<GroupColumn, string>> &
  Record<keyof UsageCounters, number | string>;
/** Period and ids of the last item of a page. */
type Place = (string | number)[];

interface HistoryPlace {
  /** Null: all tenants. */
  tenantIds: readonly string[] | null;
  columns: GroupColumn[];
  after: Place | null;
}

const tenantIdSchema = idSchema('tenant');
const cursorSchema = z.tuple([z.string()], z.union([z.string().max(64), z.int()]));

/** Reads the usage of the past, by hour or by day. */
@Injectable()
export class UsageHistoryService {
  constructor(private readonly database: Database) {}

  async list({ principal }: RequestContext, query: HistoryQuery): Promise<Page<UsagePeriod>> {
    const tenantIds = await this.#tenantIdsOf(principal, query.tenant);
    const columns = columnsOf(query);
    const digest = digestOf(query, tenantIds);
    const after = query.cursor === undefined ? null : placeOf(query.cursor, digest, columns.length);
    const rows = await this.#read(query, { tenantIds, columns, after });
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    const hasMore = rows.length > query.limit && last !== undefined;
    const nextCursor = hasMore
      ? encodeCursor(digest, [last.period, ...columns.map((c) => last[c] ?? '')])
      : null;
    return { items: shown.map((row) => periodOf(row, query)), nextCursor };
  }

  // The indexes of the tables have the order of the page, so that a page reads little more than its rows.
  #read(
    { from, to, by, limit }: HistoryQuery,
    { tenantIds, columns, after }: HistoryPlace,
  ): Promise<SummedRow[]> {
    const { name, periodMs } = usageTables[by];
    const group = ['period', ...columns].map((column) => `"${column}"`).join();
    const sums = usageCounterNames.map((column) => `SUM("${column}") AS "${column}"`);
    const values: (string | number)[] = [];
    const place = (value: string | number): string => `$${values.push(value)}`;
    const conditions = [
      `"period" >= ${place(Math.ceil(from / periodMs))}`,
      `"period" < ${place(Math.ceil(to / periodMs))}`,
    ];
    if (tenantIds !== null) conditions.push(`"tenantId" IN (${tenantIds.map(place).join()})`);
    if (after) conditions.push(`(${group}) > (${after.map(place).join()})`);
    return this.database.read.query<SummedRow[]>(
      `SELECT ${group}, ${sums.join()} FROM ${name} WHERE ${conditions.join(' AND ')} ` +
        `GROUP BY ${group} ORDER BY ${group} LIMIT ${limit + 1}`,
      values,
    );
  }

  /** Null: all tenants. An operator finds a deleted tenant by its id, since its usage remains. */
  async #tenantIdsOf(principal: Principal, tenant: string | undefined): Promise<readonly string[] | null> {
    const isId = tenantIdSchema.safeParse(tenant).success;
    if (tenant !== undefined && isId && isPlatformOperator(principal)) return [tenant];
    return tenantsInView(this.database.read, principal, tenant);
  }
}

function columnsOf({ groupBy }: HistoryQuery): GroupColumn[] {
  switch (groupBy) {
    case undefined:
      return ['tenantId'];
    case 'route':
      return ['tenantId', 'routeId'];
    case 'key':
      return ['tenantId', 'apiKeyId'];
  }
}

function periodOf(row: SummedRow, { by }: HistoryQuery): UsagePeriod {
  const { period, tenantId = '', routeId, apiKeyId } = row;
  return {
    from: new Date(period * usageTables[by].periodMs).toISOString(),
    tenantId,
    ...(routeId !== undefined && { routeId }),
    ...(apiKeyId !== undefined && { apiKeyId: apiKeyId === '' ? null : apiKeyId }),
    connections: Number(row.connections),
    connectionMs: Number(row.connectionMs),
    fromClients: { messages: Number(row.messagesFromClients), bytes: Number(row.bytesFromClients) },
    fromUpstreams: { messages: Number(row.messagesFromUpstreams), bytes: Number(row.bytesFromUpstreams) },
  };
}

// A cursor continues the same list only.
function digestOf({ from, to, by, groupBy }: HistoryQuery, tenantIds: readonly string[] | null): string {
  const list = JSON.stringify([from, to, by, groupBy, tenantIds]);
  return createHash('sha256').update(list).digest('base64url').slice(0, 12);
}

function encodeCursor(digest: string, place: Place): string {
  return Buffer.from(JSON.stringify([digest, ...place])).toString('base64url');
}

function placeOf(cursor: string, digest: string, columns: number): Place {
  const parsed = cursorSchema.safeParse(jsonOf(cursor));
  if (parsed.success) {
    const [ofList, ...place] = parsed.data;
    const [period, ...ids] = place;
    const isPlace = typeof period === 'number' && ids.every((id) => typeof id === 'string');
    if (ofList === digest && isPlace && ids.length === columns) return place;
  }
  throw new ProblemError('invalid_cursor', {
    errors: [
      { field: 'cursor', message: 'expected the nextCursor of an earlier answer with the same query' },
    ],
  });
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
