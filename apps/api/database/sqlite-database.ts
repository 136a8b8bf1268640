import { DataSource, type DataSourceOptions, type EntityManager, type QueryRunner } from 'typeorm';
import { Database, maxWaitingWrites, type WriteOptions } from './database.js';
import { isStorageUnavailable } from './database-errors.js';
import { FairQueue } from './fair-queue.js';
import {
  beginStatement,
  dataSourceOptions,
  makeDurable,
  makeReadOnly,
  prepareDatabaseFile,
  type Schema,
} from './sqlite-driver.js';

/**
 * SQLite, on two connections. TypeORM opens a single connection for SQLite, on which concurrent transactions
 * would mix and reads would see uncommitted rows. So all writes go through one queue, one transaction at a
 * time, on the first connection, and plain reads use the second connection, which sees only committed rows.
 */
export class SqliteDatabase extends Database {
  readonly #writes = new FairQueue(maxWaitingWrites);
  #isClosed = false;

  private constructor(
    private readonly writer: DataSource,
    private readonly reader: DataSource,
    private readonly options: DataSourceOptions,
  ) {
    super();
  }

  /** Opens the database at a `sqlite:` URL, creates it if missing, and runs pending migrations. */
  static async open(databaseUrl: string, schema: Schema): Promise<SqliteDatabase> {
    const file = await prepareDatabaseFile(databaseUrl);
    const options = dataSourceOptions(file, schema);
    const writer = await new DataSource(options).initialize();
    try {
      await makeDurable(writer);
      await writer.runMigrations();
      const reader = await new DataSource(options).initialize();
      await makeReadOnly(reader);
      return new SqliteDatabase(writer, reader, options);
    } catch (error) {
      await writer.destroy();
      throw error;
    }
  }

  get read(): EntityManager {
    return this.reader.manager;
  }

  get waitingWrites(): number {
    return this.#writes.waiting;
  }

  write<Result>(
    work: (manager: EntityManager) => Promise<Result>,
    { lane = null, afterCommit }: WriteOptions<Result> = {},
  ): Promise<Result> {
    return this.#writes.run(lane, async () => {
      const result = await inTransaction(this.writer.createQueryRunner(), 'write', work);
      afterCommit?.(result);
      return result;
    });
  }

  async readConsistently<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    const connection = await new DataSource(this.options).initialize();
    try {
      return await inTransaction(connection.createQueryRunner(), 'read', work);
    } finally {
      await connection.destroy();
    }
  }

  /** SQLite has no notifications between processes. */
  onChange(): () => void {
    return () => undefined;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#writes.idle();
    await this.reader.destroy();
    await this.writer.destroy();
  }
}

async function inTransaction<Result>(
  runner: QueryRunner,
  kind: 'write' | 'read',
  work: (manager: EntityManager) => Promise<Result>,
): Promise<Result> {
  await begin(runner, kind);
  try {
    const result = await work(runner.manager);
    await runner.query('COMMIT');
    return result;
  } catch (error) {
    await rollBack(runner);
    throw error;
  }
}

// A rollback that failed (disk error) leaves its transaction open; the next transaction rolls it back first.
async function begin(runner: QueryRunner, kind: 'write' | 'read'): Promise<void> {
  try {
    await runner.query(beginStatement[kind]);
  } catch (error) {
    if (isStorageUnavailable(error)) throw error;
    await rollBack(runner);
    await runner.query(beginStatement[kind]);
  }
}

// After some errors (disk full) SQLite has already rolled back; then this statement fails.
async function rollBack(runner: QueryRunner): Promise<void> {
  await runner.query('ROLLBACK').catch(() => undefined);
}
