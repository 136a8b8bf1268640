import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { In, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { LOGGER } from '../composition/injection-tokens.js';
import { Database } from '../database/database.js';
import { apiKeyListing } from './api-key-listing.js';
import { countOf } from './find-driver.js';
import type { Listing } from './listing.js';
import { routeListing } from './route-listing.js';
import { nameOf, runSql, sql, type Sql } from '../database/sql.js';
import { tenantListing } from './tenant-listing.js';
import { insertListed } from './write-listed-rows.js';

// A part takes a few milliseconds, so that it hardly delays writes of other processes.
const idsPerPart = 250;

const reportEveryMs = 5000;

const idsSchema = z.array(z.object({ id: z.string() }));

interface CompletedPart {
  /** The last id of the part; undefined when nothing was missing. */
  last: string | undefined;
  /** How many resources this process has listed. */
  added: number;
}

/**
 * Lists the resources that are not listed yet, before the API listens: all of them after an upgrade from a
 * version without listed rows, and those that such a version has created since. Several APIs that start at
 * once share the work.
 */
@Injectable()
export class MissingListedRows implements OnModuleInit {
  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'info'>,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.#complete('tenant', tenantListing);
    await this.#complete('route', routeListing);
    await this.#complete('apiKey', apiKeyListing);
  }

  async #complete<Row extends { id: string }>(kind: string, listing: Listing<Row>): Promise<void> {
    const { read } = this.database;
    const missing = await countOf(read, sql`SELECT count(*) AS count ${fromUnlisted(read, listing)}`);
    if (missing === 0) return;
    this.logger.info({ kind, missing }, 'adding resources to the lists; the API listens afterwards');
    const startedAtMs = performance.now();
    let reportedAtMs = startedAtMs;
    let added = 0;
    let after: string | undefined = '';
    while (after !== undefined) {
      const part: CompletedPart = await this.#completePart(listing, after);
      after = part.last;
      added += part.added;
      if (performance.now() - reportedAtMs < reportEveryMs) continue;
      reportedAtMs = performance.now();
      this.logger.info({ kind, added, missing }, 'still adding resources to the lists');
    }
    const tookMs = Math.round(performance.now() - startedAtMs);
    this.logger.info({ kind, added, tookMs }, 'added resources to the lists');
  }

  async #completePart<Row extends { id: string }>(
    listing: Listing<Row>,
    after: string,
  ): Promise<CompletedPart> {
    const missing = await missingIds(this.database.read, listing, after);
    if (missing.length === 0) return { last: undefined, added: 0 };
    const added = await this.database.write(async (manager) => {
      // Another process may have listed some meanwhile.
      const ids = await missingIds(manager, listing, after);
      const where = { id: In(ids) };
      const rows = await manager.createQueryBuilder(listing.entity, 'row').where(where).getMany();
      await insertListed(manager, listing, rows);
      return rows.length;
    });
    return { last: missing.at(-1), added };
  }
}

async function missingIds<Row extends { id: string }>(
  manager: EntityManager,
  listing: Listing<Row>,
  after: string,
): Promise<string[]> {
  const unlisted = fromUnlisted(manager, listing);
  const statement = sql`SELECT id ${unlisted} AND id > ${after} ORDER BY id LIMIT ${idsPerPart}`;
  return idsSchema.parse(await runSql(manager, statement)).map(({ id }) => id);
}

function fromUnlisted<Row extends { id: string }>(
  { connection }: EntityManager,
  { entity, tables }: Listing<Row>,
): Sql {
  const stored = nameOf(connection.getMetadata(entity).tableName);
  const isListed = sql`EXISTS (SELECT 1 FROM ${nameOf(tables.rows)} AS listed WHERE listed.id = stored.id)`;
  return sql`FROM ${stored} AS stored WHERE NOT ${isListed}`;
}
