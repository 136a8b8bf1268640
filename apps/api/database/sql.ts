import type { EntityManager } from 'typeorm';

/** An array is for Postgres only. */
type SqlValue = StoredValue | readonly StoredValue[];

/** A value of a column. */
export type StoredValue = string | number | boolean | null;

/** A part of a statement with its values; parts nest, and the whole gets numbered parameters. */
export class Sql {
  constructor(
    private readonly texts: readonly string[],
    private readonly values: readonly (SqlValue | Sql)[],
  ) {}

  /** The text with `$1`, `$2`, … in order, and their values. */
  toQuery(): { text: string; values: SqlValue[] } {
    const values: SqlValue[] = [];
    return { text: this.#textOf(values), values };
  }

  #textOf(values: SqlValue[]): string {
    return this.texts.reduce((text, next, index) => {
      const value = this.values[index - 1] ?? null;
      return text + (value instanceof Sql ? value.#textOf(values) : `$${values.push(value)}`) + next;
    });
  }
}

/** A statement as a template: its values become parameters. */
export function sql(texts: TemplateStringsArray, ...values: (SqlValue | Sql)[]): Sql {
  return new Sql(texts, values);
}

/** The name of a table or a column. */
export function nameOf(name: string): Sql {
  if (!/^[A-Za-z_]+$/.test(name)) throw new Error(`"${name}" is not the name of a table or a column`);
  return new Sql([`"${name}"`], []);
}

export function valueOf(value: string | boolean): Sql {
  return sql`${value}`;
}

export function joined(parts: readonly Sql[], separator: string): Sql {
  const [first, ...others] = parts;
  if (first === undefined) return sql``;
  return new Sql(['', ...others.map(() => separator), ''], [first, ...others]);
}

/** The `WHERE` of these conditions; nothing if there are none. */
export function whereAll(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`` : sql` WHERE ${joined(conditions, ' AND ')}`;
}

/** What runs statements on a database. */
export type SqlRunner = Pick<EntityManager, 'query' | 'connection'>;

/** Runs a statement; the shape of its rows is for the caller to check. */
export function runSql(manager: SqlRunner, statement: Sql): Promise<unknown> {
  const { text, values } = statement.toQuery();
  return manager.query(text, values);
}

/** Whether it runs statements on Postgres, and not on SQLite. */
export function isPostgres({ connection }: Pick<SqlRunner, 'connection'>): boolean {
  return connection.options.type === 'postgres';
}
