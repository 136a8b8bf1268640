import { Injectable, type OnModuleInit } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { Database } from '../database/database.js';
import { apiKeyListing } from './api-key-listing.js';
import type { Listing } from './listing.js';
import { routeListing } from './route-listing.js';
import { nameOf, runSql, sql } from './sql.js';
import { tenantListing } from './tenant-listing.js';
import { insertListed } from './write-listed-rows.js';

// A part takes a few milliseconds, so that it hardly delays writes of other processes.
const idsPerPart = 250;

const idsSchema = z.array(z.object({ id: z.string() }));

/**
 * Lists the resources that are not listed yet, before the API listens: all of them after an upgrade from a
 * version without listed rows, and those that such a version has created since.
 */
@Injectable()
export class MissingListedRows implements OnModuleInit {
  constructor(private readonly database: Database) {}

  async onModuleInit(): Promise<void> {
    await this.#complete(tenantListing);
    await this.#complete(routeListing);
    await this.#complete(apiKeyListing);
  }

  async #complete<Row extends { id: string }>(listing: Listing<Row>): Promise<void> {
    let after: string | undefined = '';
    while (after !== undefined) after = await this.#completePart(listing, after);
  }

  /** Resolves to the last id of the part; undefined when nothing was missing. */
  async #completePart<Row extends { id: string }>(
    listing: Listing<Row>,
    after: string,
  ): Promise<string | undefined> {
    const missing = await missingIds(this.database.read, listing, after);
    if (missing.length === 0) return undefined;
    await this.database.write(async (manager) => {
      // Another process may have listed some meanwhile.
      const ids = await missingIds(manager, listing, after);
      const where = { id: In(ids) };
      const rows = await manager.createQueryBuilder(listing.entity, 'row').where(where).getMany();
      await insertListed(manager, listing, rows);
    });
    return missing.at(-1);
  }
}

async function missingIds<Row extends { id: string }>(
  manager: EntityManager,
  { entity, tables }: Listing<Row>,
  after: string,
): Promise<string[]> {
  const { tableName } = manager.connection.getMetadata(entity);
  const isListed = sql`EXISTS (SELECT 1 FROM ${nameOf(tables.rows)} AS listed WHERE listed.id = stored.id)`;
  const statement = sql`SELECT id FROM ${nameOf(tableName)} AS stored WHERE id > ${after} AND NOT ${isListed} ORDER BY id LIMIT ${idsPerPart}`;
  return idsSchema.parse(await runSql(manager, statement)).map(({ id }) => id);
}
