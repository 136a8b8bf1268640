import type { ObjectLiteral } from 'typeorm';
import type { z } from 'zod';
import {
  apiKeyConditions,
  apiKeyListing,
  apiKeyListQuerySchema,
} from '../../apps/api/lists/api-key-listing.js';
import type { SqlRunner } from '../../apps/api/database/sql.js';
import { StoredEntity } from '../../apps/api/database/stored-entity.js';
import type { Condition } from '../../apps/api/lists/condition.js';
import { ListItems } from '../../apps/api/lists/list-items.js';
import type { ListPage } from '../../apps/api/lists/list-page.js';
import type { ListReader } from '../../apps/api/lists/list-reader.js';
import type { Listing } from '../../apps/api/lists/listing.js';
import type { ListQuery } from '../../apps/api/lists/list-query.js';
import { readRows } from '../../apps/api/lists/read-rows.js';
import { routeConditions, routeListing, routeListQuerySchema } from '../../apps/api/lists/route-listing.js';
import { selectPage } from '../../apps/api/lists/select-page.js';
import { selectionOf } from '../../apps/api/lists/selection.js';
import {
  tenantConditions,
  tenantListing,
  tenantListQuerySchema,
} from '../../apps/api/lists/tenant-listing.js';

/** A list with the filters that are measured, each with every order. */
export interface ListCases {
  name: string;
  sorts: string[];
  filters: string[];
  /** Reads a page. */
  read: (reader: ListReader, query: ListQuery, conditions: Condition[]) => Promise<ListPage<object>>;
  /** Runs the statements of the first page. */
  runFirst: (runner: SqlRunner, query: ListQuery, conditions: Condition[]) => Promise<unknown>;
  /** The query of a filter and an order, and its conditions; `tenant` stands for the id of a tenant. */
  parse: (
    query: Record<string, string>,
    tenantId: string | null,
  ) => { query: ListQuery; conditions: Condition[] };
}

const text = ['q=chat', 'q=acme', 'q=room', 'q=%C3%A9tu', 'q=77', 'q=acme+telemetry', 'q=nothing'];
const ofTenants = ['tenant=0', 'tenant=3', 'tenant=9', 'tenant=0&q=chat', 'tenant=9&q=acme'];

export const listCases: ListCases[] = [
  casesOf('routes', routeListing, routeListQuerySchema, routeConditions, {
    sorts: ['createdAt', '-updatedAt', 'name', '-host'],
    filters: [
      ...['', 'enabled=true', 'enabled=false', 'pathType=exact', 'host=ws7.acme.example'],
      ...['upstream=10.0.7.5', 'upstream=ws://10.0.7.5:9000/base', 'label=env=test', 'label=env'],
      ...[...text, ...ofTenants, 'tenant=9&enabled=false', 'label=env=prod&q=market&enabled=true'],
    ],
  }),
  casesOf('API keys', apiKeyListing, apiKeyListQuerySchema, apiKeyConditions, {
    sorts: ['createdAt', '-createdAt', 'name', '-lastUsedAt', 'expiresAt'],
    filters: [
      ...['', 'scope=read', 'scope=manage', 'revoked=true', 'revoked=false', 'label=env=test'],
      ...['expiresBefore=2026-01-13T00:00:00Z', 'expiresBefore=2027-01-01T00:00:00Z'],
      ...['route=rte_01jd3x4m5n6p7q8r9s0t1v2w3x', 'q=chat', 'q=slc_a', 'q=77', ...ofTenants],
    ],
  }),
  casesOf('tenants', tenantListing, tenantListQuerySchema, tenantConditions, {
    sorts: ['createdAt', '-updatedAt', 'name', 'slug'],
    filters: ['', 'status=suspended', 'q=chat', 'q=t1', 'label=env=test'],
  }),
];

function casesOf<Row extends { id: string } & ObjectLiteral, Schema extends z.ZodType<ListQuery>>(
  name: string,
  listing: Listing<Row>,
  schema: Schema,
  conditionsOf: (query: z.output<Schema>, tenantIds: readonly string[] | null) => Condition[],
  { sorts, filters }: Pick<ListCases, 'sorts' | 'filters'>,
): ListCases {
  // As at the first read of each row.
  const items = new ListItems<Row, Row>((row) => row, 0);
  return {
    name,
    runFirst: (runner, { sort, limit }, conditions) => {
      const selection = selectionOf(listing, sort, conditions);
      const entity = new StoredEntity(runner, listing.entity);
      return selectPage(runner, { selection, after: null, limit: limit + 1 }, (positions) =>
        readRows(runner, entity, selection, positions),
      );
    },
    read: (reader, query, conditions) => reader.list(listing, query, conditions, items),
    sorts,
    filters,
    parse: (given, tenantId) => {
      const query = schema.parse(given);
      return { query, conditions: conditionsOf(query, tenantId === null ? null : [tenantId]) };
    },
  };
}
