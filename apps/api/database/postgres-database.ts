import { setTimeout } from 'node:timers/promises';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import type { PostgresAddress } from '#libs/settings';
import { Database, maxWaitingWrites, type WriteOptions } from './database.js';
import { isStorageUnavailable } from './database-errors.js';
import { FairQueue } from './fair-queue.js';
import {
  beginStatement,
  isClient,
  migratingOptions,
  migrationLock,
  workingOptions,
} from './postgres-driver.js';
import { PostgresListener } from './postgres-listener.js';
import type { Schema } from './sqlite-driver.js';

const maxCloseMs = 5000;

/**
 * Postgres, which several processes of the API may share. Each process sends one write at a time: concurrent
 * writes would wait for each other in the database anyway, and occupy connections meanwhile.
 */
export class PostgresDatabase extends Database {
  readonly #writes = new FairQueue(maxWaitingWrites);
  #closed: Promise<void> | null = null;

  private constructor(
    private readonly source: DataSource,
    private readonly listener: PostgresListener,
  ) {
    super();
  }

  /** Connects and runs pending migrations; with several processes that start at once, one of them does. */
  static async open(address: PostgresAddress, schema: Schema): Promise<PostgresDatabase> {
    await migrate(address, schema);
    const source = await new DataSource(workingOptions(address, schema)).initialize();
    return new PostgresDatabase(source, new PostgresListener(address));
  }

  get read(): EntityManager {
    return this.source.manager;
  }

  get waitingWrites(): number {
    return this.#writes.waiting;
  }

  write<Result>(
    work: (manager: EntityManager) => Promise<Result>,
    { lane = null, afterCommit }: WriteOptions<Result> = {},
  ): Promise<Result> {
    return this.#writes.run(lane, async () => {
      const result = await this.#inTransaction('write', work);
      afterCommit?.(result);
      return result;
    });
  }

  readConsistently<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.#inTransaction('read', work);
  }

  onChange(listener: () => void): () => void {
    return this.listener.subscribe(listener);
  }

  close(): Promise<void> {
    // A Postgres that does not answer must not keep the process from exiting.
    this.#closed ??= Promise.race([this.#closeAll(), setTimeout(maxCloseMs, undefined, { ref: false })]);
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    await this.#writes.idle();
    await this.listener.close();
    await this.source.destroy();
  }

  async #inTransaction<Result>(
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

// A connection whose transaction may still be open must not return to the pool.
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
    // The pool drops an ended connection. If a query is running on it, `end` closes the socket at once.
    if (isClient(client)) void client.end();
  } catch {
    // The transaction had no connection.
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
