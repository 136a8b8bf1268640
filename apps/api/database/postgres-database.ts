import { setTimeout } from 'node:timers/promises';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import type { PostgresAddress } from '#libs/settings';
import { Database, maxWaitingWrites, type WriteOptions } from './database.js';
import { isStorageUnavailable } from './database-errors.js';
import {
  beginStatement,
  isClient,
  migratingOptions,
  migrationLock,
  workingOptions,
} from './postgres-driver.js';
import { PostgresListener } from './postgres-listener.js';
import { FairQueue } from './fair-queue.js';
import type { Schema } from './sqlite-driver.js';

const longestCloseMs = 5000;

/**
 * Postgres, which several processes of the API may share. Each sends one write at a time, since they would wait for
 * each other in the database anyway, and would keep connections busy with it.
 */
export class PostgresDatabase extends Database {
  private readonly writes = new FairQueue(maxWaitingWrites);
  private closed: Promise<void> | null = null;

  private constructor(
    private readonly source: DataSource,
    private readonly listener: PostgresListener,
  ) {
    super();
  }

  /** Connects, and runs the migrations that are due; of several processes that start at once, one runs them. */
  static async open(address: PostgresAddress, schema: Schema): Promise<PostgresDatabase> {
    await migrate(address, schema);
    const source = await new DataSource(workingOptions(address, schema)).initialize();
    return new PostgresDatabase(source, new PostgresListener(address));
  }

  get read(): EntityManager {
    return this.source.manager;
  }

  get waitingWrites(): number {
    return this.writes.waiting;
  }

  write<Result>(
    work: (manager: EntityManager) => Promise<Result>,
    { lane = null, afterCommit }: WriteOptions<Result> = {},
  ): Promise<Result> {
    return this.writes.run(lane, async () => {
      const result = await this.inTransaction('write', work);
      afterCommit?.(result);
      return result;
    });
  }

  readOneMoment<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.inTransaction('read', work);
  }

  onChange(listener: () => void): () => void {
    return this.listener.subscribe(listener);
  }

  close(): Promise<void> {
    // A Postgres that does not answer must not keep the process from ending.
    this.closed ??= Promise.race([this.closeAll(), setTimeout(longestCloseMs, undefined, { ref: false })]);
    return this.closed;
  }

  private async closeAll(): Promise<void> {
    await this.writes.idle();
    await this.listener.close();
    await this.source.destroy();
  }

  private async inTransaction<Result>(
    kind: 'write' | 'read',
    work: (manager: EntityManager) => Promise<Result>,
  ): Promise<Result> {
    const runner = this.source.createQueryRunner();
    try {
      await runner.query(beginStatement[kind]);
      const result = await work(runner.manager);
      await runner.query('COMMIT');
      return result;
    } catch (error) {
      await rollBack(runner, error);
      throw error;
    } finally {
      await runner.release();
    }
  }
}

// A connection whose transaction may still be open must not go back to the pool.
async function rollBack(runner: QueryRunner, error: unknown): Promise<void> {
  try {
    if (isStorageUnavailable(error)) await endConnection(runner);
    else await runner.query('ROLLBACK');
  } catch {
    await endConnection(runner);
  }
}

async function endConnection(runner: QueryRunner): Promise<void> {
  try {
    const client: unknown = await runner.connect();
    // An ended connection is dropped by the pool. While a query runs on it, its socket is closed at once.
    if (isClient(client)) void client.end();
  } catch {
    // There was none.
  }
}

async function migrate(address: PostgresAddress, schema: Schema): Promise<void> {
  const source = await new DataSource(migratingOptions(address, schema)).initialize();
  try {
    const runner = source.createQueryRunner();
    await runner.query(migrationLock.take);
    try {
      await source.runMigrations();
    } finally {
      await runner.query(migrationLock.release);
      await runner.release();
    }
  } finally {
    await source.destroy();
  }
}
