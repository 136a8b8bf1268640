import type { EntityManager } from 'typeorm';
import { z } from 'zod';

const megabyte = 1024 * 1024;

/**
 * The sizes at which the outbox is pruned, and to which it is pruned. The gap between them makes pruning
 * rare.
 */
export interface OutboxBounds {
  maxRows: number;
  keptRows: number;
  maxBytes: number;
  keptBytes: number;
  /**
   * For changes that are not published yet. If one of them is pruned, the publisher stores the whole
   * snapshot.
   */
  maxUnpublishedBytes: number;
  keptUnpublishedBytes: number;
}

export const outboxBounds: OutboxBounds = {
  maxRows: 11_000,
  keptRows: 10_000,
  maxBytes: 64 * megabyte,
  keptBytes: 48 * megabyte,
  // The changes of a document with 100,000 routes have some 140 MB, and other APIs may still be reading them.
  maxUnpublishedBytes: 512 * megabyte,
  keptUnpublishedBytes: 384 * megabyte,
};

// Postgres returns sums as text, and null if there is no row.
const wholeSchema = z.coerce.number();
const extentSchema = z.object({ rows: wholeSchema, bytes: wholeSchema, newest: wholeSchema });
const cutSchema = z.array(z.object({ revision: wholeSchema }));

/** The newest revision to prune; 0 if the outbox is within its bounds. */
export async function prunableRevision(
  manager: EntityManager,
  publishedRevision: number,
  bounds: OutboxBounds,
): Promise<number> {
  const { rows, bytes, newest } = await extentOf(manager);
  const cuts = [0];
  if (rows > bounds.maxRows) cuts.push(newest - bounds.keptRows);
  if (bytes > bounds.maxBytes) cuts.push(await cutToBytes(manager, bounds.keptBytes));
  const published = Math.min(Math.max(...cuts), publishedRevision);
  if (bytes <= bounds.maxUnpublishedBytes) return published;
  return Math.max(published, await cutToBytes(manager, bounds.keptUnpublishedBytes));
}

async function extentOf(manager: EntityManager): Promise<z.output<typeof extentSchema>> {
  const query = 'SELECT COUNT(*) AS rows, SUM(bytes) AS bytes, MAX(revision) AS newest FROM outbox';
  const [extent] = await manager.query<unknown[]>(query);
  return extentSchema.parse(extent);
}

async function cutToBytes(manager: EntityManager, keptBytes: number): Promise<number> {
  const query = `
    SELECT revision FROM (
      SELECT revision, SUM(bytes) OVER (ORDER BY revision DESC) AS total FROM outbox
    ) AS sums WHERE total > $1 ORDER BY revision DESC LIMIT 1`;
  const [cut] = cutSchema.parse(await manager.query(query, [keptBytes]));
  return cut?.revision ?? 0;
}
