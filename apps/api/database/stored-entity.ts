import type { EntitySchema, ObjectLiteral } from 'typeorm';
import { joined, nameOf, sql, type Sql, type SqlRunner } from './sql.js';

/** The columns of a row as the driver returns them. */
export type StoredRow = Readonly<Record<string, unknown>>;

/**
 * Reads rows of an entity by statements, as TypeORM's `find` does. To build the statement and to make rows of
 * its answer, `find` takes two to five times as long.
 */
export class StoredEntity<Row extends ObjectLiteral> {
  /** The names by which rows have their columns. */
  readonly columnNames: readonly string[];
  readonly #metadata;

  constructor(
    private readonly runner: SqlRunner,
    private readonly entity: EntitySchema<Row>,
  ) {
    this.#metadata = runner.connection.getMetadata(entity);
    this.columnNames = this.#metadata.columns.map(({ databaseName }) => databaseName);
  }

  /** The table, with the alias `stored`. */
  get table(): Sql {
    return sql`${nameOf(this.#metadata.tableName)} AS stored`;
  }

  /** All columns, which a statement for `select` has. */
  get columns(): Sql {
    const columns = this.columnNames.map((name) => sql`stored.${nameOf(name)}`);
    return joined(columns, ', ');
  }

  select(statement: Sql): Promise<StoredRow[]> {
    const { text, values } = statement.toQuery();
    return this.runner.query<StoredRow[]>(text, values);
  }

  /** A row that meets a condition; null if none does. */
  async findOne(condition: Sql): Promise<Row | null> {
    const [found] = await this.select(
      sql`SELECT ${this.columns} FROM ${this.table} WHERE ${condition} LIMIT 1`,
    );
    return found === undefined ? null : this.rowOf(found);
  }

  rowOf(stored: StoredRow): Row {
    const { driver, manager } = this.runner.connection;
    const row = manager.create(this.entity);
    const fields: ObjectLiteral = row;
    for (const column of this.#metadata.columns) {
      const value: unknown = driver.prepareHydratedValue(stored[column.databaseName], column);
      fields[column.propertyName] = value;
    }
    return row;
  }
}
